-- question: what is wrong with the lines of a log of flow records (JSON lines) that gave no row?
-- params:   lines Identifier (record, line): the lines left over
-- returns:  record, code, detail, line
WITH
  keys -> anyTime(m[arrayFirst(k -> m[k] != '', keys)]) AS timeOf,
  timeOf(['flowstartnanoseconds', 'flowstartmicroseconds', 'flowstartmilliseconds', 'flowstartseconds']) AS start,
  -- the uptime of the exporter becomes a time where the record says when it was started
  toInt64OrZero(m['systeminittimemilliseconds']) AS booted,
  toInt64OrZero(m['flowstartsysuptime']) AS up,
  anyTime(if(JSONExtractString(line, '@timestamp') != '', JSONExtractString(line, '@timestamp'), JSONExtract(line, 'timestamp', 'String'))) AS collected,
  multiIf(toUnixTimestamp64Micro(start) > 0, start, booted > 1000000000000, fromUnixTimestamp64Micro((booted + up) * 1000, 'UTC'), collected) AS began
SELECT
  record,
  multiIf(NOT isValidJSON(line) OR JSONType(line) != 'Object', 'bad_record', toUnixTimestamp64Micro(began) > 0, 'missing_field', 'bad_time') AS code,
  multiIf(code = 'bad_record', 'not a JSON object', code = 'bad_time', 'no absolute time: the uptime of the exporter is no time, and nothing else was given or could be read', 'an address or the protocol is missing') AS detail,
  line
FROM
(
  SELECT
    record,
    line,
    -- keys without marks, as in format.ts
    JSONExtractKeysAndValues(if(JSONType(line, 'netflow') = 'Object', JSONExtractRaw(line, 'netflow'), line), 'String') AS pairs,
    mapFromArrays(arrayMap(p -> replaceAll(lower(replaceOne(p.1, 'iana:', '')), '_', ''), pairs), arrayMap(p -> p.2, pairs)) AS m
  FROM {lines:Identifier}
)
WHERE match(line, '[^\\s]')
