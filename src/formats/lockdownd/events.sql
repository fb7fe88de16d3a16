-- question: which computers paired with the device, what did they ask of it, and what else was written when?
-- params:   lines Identifier (record, line)
-- returns:  record, raw, and the columns of `device_event` that the claim names
WITH
  -- `10/13/21 07:57:42.865446 pid=69 handle_get_value: …`
  substring(trim(TRAILING '\r' FROM line), position(line, ' pid=') + 1) AS tail,
  substring(tail, position(tail, ' ') + 1) AS body,
  -- names of clients are chosen by others, and may hold blanks. Each array is empty on lines of another kind, so that they
  -- can be joined: choosing between them by `if` had each regex worked out again for every use
  extractGroups(body, '^handle_(get|set)_value[a-z_]*: (.+) attempting to [a-z]+ (?:\\[([^\\]]*)\\]:)?\\[([^\\]]*)\\]') AS value,
  extractGroups(body, '^handle_start_service[a-z_]*: (.+) attempting to [a-z]+ (\\S+) service') AS service,
  extractGroups(body, '^handle_pair: Pair for (.+?) (succeeded|failed)(?: ?: ?(\\S+))?(?: ?\\.)?$') AS paired,
  extractGroups(body, '^(?:handle_pair|ask_user_to_trust[a-z_]*|store_escrow_record): (Asking|Preparing|Allowing|Buddy|Creating)\\b.*?(?: pair for (\\S+)| bag for (\\S+))?(?: ?\\.)?$') AS pairing,
  concat(value[1], if(empty(service), '', 'start'), if(empty(paired) AND empty(pairing), '', 'pair')) AS what
SELECT
  record,
  line AS raw,
  isoTime(concat('20', substring(line, 7, 2), '-', substring(line, 1, 2), '-', substring(line, 4, 2), 'T', substring(line, 10, 15))) AS ts,
  -- a line that says something else is kept as well: what time the log holds can be told from the rows alone
  if(what = '', 'other', 'access') AS kind,
  transform(what, ['get', 'set', 'start', 'pair'], ['lockdown_get_value', 'lockdown_set_value', 'lockdown_start_service', 'lockdown_pair'], 'log_line') AS category,
  mapFilter((k, v) -> v NOT IN ('', '(null)'), map(
    'client', concat(value[2], service[1]),
    'domain', value[3],
    'key', value[4],
    'service', service[2],
    'outcome', concat(paired[2], transform(pairing[1], ['Asking', 'Preparing', 'Allowing', 'Buddy', 'Creating'], ['user_asked', 'begun', 'allowed', 'implicit_trust', 'escrow_bag'], '')),
    'reason', paired[3],
    'transport', concat(paired[1], pairing[2]),
    'host', pairing[3])) AS detail
FROM {lines:Identifier}
WHERE toUnixTimestamp64Micro(ts) > 0 AND match(line, '^[0-9/]{8} [0-9:.]{15} pid=[0-9]+ ')
