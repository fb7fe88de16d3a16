-- question: which computers paired with the device, what did they ask of it, and what else was written when?
-- params:   lines Identifier (record, line)
-- returns:  record, raw, and the columns of `device_event` that the claim names
WITH
  -- `10/13/21 07:57:42.865446 pid=69 handle_get_value: …`
  substring(trim(TRAILING '\r' FROM line), position(line, ' pid=') + 1) AS tail,
  substring(tail, position(tail, ' ') + 1) AS body,
  multiIf(
    startsWith(body, 'handle_get_value'), 'lockdown_get_value',
    startsWith(body, 'handle_set_value'), 'lockdown_set_value',
    startsWith(body, 'handle_start_service'), 'lockdown_start_service',
    startsWith(body, 'handle_pair: ') OR startsWith(body, 'ask_user_to_trust') OR startsWith(body, 'store_escrow_record: Creating '), 'lockdown_pair',
    '') AS what,
  -- names of clients are chosen by others, and may hold blanks
  if(what IN ('lockdown_get_value', 'lockdown_set_value'), extractGroups(body, '^handle_[a-z_]+: (.+) attempting to [a-z]+ (?:\\[([^\\]]*)\\]:)?\\[([^\\]]*)\\]'), emptyArrayString()) AS value,
  if(what = 'lockdown_start_service', extractGroups(body, '^handle_[a-z_]+: (.+) attempting to [a-z]+ (\\S+) service'), emptyArrayString()) AS service,
  if(what = 'lockdown_pair', extractGroups(body, '^(?:handle_pair|ask_[a-z_]+|store_[a-z_]+): (?:Pair for (.+?) (succeeded|failed)(?: ?: ?(\\S+))?|(Asking|Preparing|Allowing|Buddy|Creating)\\b.*?(?: (?:pair|bag) for (\\S+))?)(?: ?\\.)?$'), emptyArrayString()) AS pair
SELECT
  record,
  line AS raw,
  isoTime(concat('20', substring(line, 7, 2), '-', substring(line, 1, 2), '-', substring(line, 4, 2), 'T', substring(line, 10, 15))) AS ts,
  -- a line of one of these that says something else is kept with the other lines
  if(notEmpty(value) OR notEmpty(service) OR notEmpty(pair), 'access', 'other') AS kind,
  if(kind = 'access', what, 'log_line') AS category,
  mapFilter((k, v) -> v NOT IN ('', '(null)'), map(
    'client', if(notEmpty(value), value[1], service[1]),
    'domain', value[2],
    'key', value[3],
    'service', service[2],
    'outcome', multiIf(pair[2] != '', pair[2], transform(pair[4], ['Asking', 'Preparing', 'Allowing', 'Buddy', 'Creating'], ['user_asked', 'begun', 'allowed', 'implicit_trust', 'escrow_bag'], '')),
    'reason', pair[3],
    'transport', if(pair[1] != '', pair[1], if(pair[4] = 'Preparing', pair[5], '')),
    'host', if(pair[4] = 'Creating', pair[5], ''))) AS detail
FROM {lines:Identifier}
WHERE toUnixTimestamp64Micro(ts) > 0 AND match(line, '^[0-9/]{8} [0-9:.]{15} pid=[0-9]+ ')
