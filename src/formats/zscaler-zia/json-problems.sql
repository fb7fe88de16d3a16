-- question: what is wrong with the lines of a Zscaler NSS feed (JSON) that gave no row?
-- params:   lines Identifier (record, line): the lines left over
-- returns:  record, code, detail, line
-- passed over: events of the other feeds, which are no contacts (audit, tunnel, CASB, alerts …)
WITH
  if(JSONHas(line, 'event'), JSONExtractRaw(line, 'event'), line) AS e,
  JSONExtract(e, 'Tuple(datetime String, time String, dns_req String, csip String, clt_sip String, sdip String, cdip String, url String, ClientIP String, clientpublicIP String)') AS j,
  if(j.datetime = '', ctimeTime(j.time), if(match(j.datetime, '^[0-9]'), anyTime(j.datetime), ctimeTime(j.datetime))) AS ts
SELECT
  record,
  multiIf(NOT isValidJSON(line) OR JSONType(line) != 'Object', 'bad_record', toUnixTimestamp64Micro(ts) > 0 OR j.datetime = '' AND j.time = '', 'missing_field', 'bad_time') AS code,
  multiIf(code = 'bad_record', 'not a JSON object', code = 'bad_time', 'datetime cannot be read as a time', 'datetime, the client or the name or address contacted is missing') AS detail,
  line
FROM {lines:Identifier}
WHERE match(line, '[^\\s]')
  AND NOT (isValidJSON(line) AND match(JSONExtractString(line, 'sourcetype'), '^zscalernss-[a-z]+') AND NOT match(JSONExtractString(line, 'sourcetype'), '^zscalernss-(web|fw|dns)$'))
