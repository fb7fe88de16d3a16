-- question: what is wrong with the lines of an AWS VPC flow log (JSON) that gave no row?
-- params:   lines Identifier (record, line): the lines left over
-- returns:  record, code, detail, line
-- passed over: blank lines, and intervals without data (NODATA, SKIPDATA)
SELECT
  record,
  multiIf(NOT isValidJSON(line) OR JSONType(line) != 'Object', 'bad_record', NOT JSONHas(line, 'start'), 'missing_field', toUnixTimestamp64Micro(epochTime(JSONExtract(line, 'start', 'String'))) <= 0, 'bad_time', 'missing_field') AS code,
  multiIf(code = 'bad_record', 'not a JSON object', code = 'bad_time', 'start cannot be read as a time', 'start, srcaddr or dstaddr is missing') AS detail,
  line
FROM {lines:Identifier}
WHERE match(line, '[^\\s]') AND NOT (isValidJSON(line) AND (JSONExtractString(line, 'log_status') IN ('NODATA', 'SKIPDATA') OR JSONExtractString(line, 'log-status') IN ('NODATA', 'SKIPDATA')))
