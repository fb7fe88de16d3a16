-- question: what is wrong with the lines of an App Privacy Report that gave no row?
-- params:   lines Identifier (record, line): the lines left over
-- returns:  record, code, detail, line
-- passed over: the end of an interval, which stands on the row of its begin
SELECT
  record,
  multiIf(wrong = 1, 'bad_record', wrong IN (2, 3), 'unknown_kind', wrong = 4, 'bad_time', 'missing_field') AS code,
  ['not a JSON object', 'neither networkActivity nor access', 'kind is none of intervalBegin, intervalEnd, event', 'no time that can be read', 'domain is missing', 'category is missing'][wrong] AS detail,
  line
FROM
(
  SELECT
    record,
    line,
    JSONExtract(line, 'Tuple(`type` String, stream String, category String, tccService String, kind String, domain String, firstTimeStamp String, timeStamp String, timestamp String)') AS j,
    j.`type` = 'access' OR j.`type` = '' AND startsWith(j.stream, 'com.apple.privacy.accounting.stream') AS access,
    multiIf(
      NOT isValidJSON(line) OR JSONType(line) != 'Object', 1,
      j.`type` != 'networkActivity' AND NOT access, 2,
      access AND j.kind NOT IN ('intervalBegin', 'intervalEnd', 'event'), 3,
      greatest(toUnixTimestamp64Micro(isoTime(if(access, '', j.firstTimeStamp))), toUnixTimestamp64Micro(isoTime(j.timeStamp)), toUnixTimestamp64Micro(isoTime(if(access, j.timestamp, '')))) <= 0, 4,
      j.`type` = 'networkActivity' AND j.domain = '', 5,
      access AND j.category = '' AND j.tccService = '' AND NOT match(j.stream, '[.]stream[.].'), 6,
      0) AS wrong
  FROM {lines:Identifier}
  WHERE match(line, '[^\\s]')
)
WHERE wrong > 0
