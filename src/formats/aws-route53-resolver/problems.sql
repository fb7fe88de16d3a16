-- question: what is wrong with the lines of a Route 53 Resolver query log that gave no row?
-- params:   lines Identifier (record, line): the lines left over
-- returns:  record, code, detail, line
SELECT
  record,
  multiIf(NOT isValidJSON(line) OR JSONType(line) != 'Object', 'bad_record', JSONExtractString(line, 'query_timestamp') = '', 'missing_field', toUnixTimestamp64Micro(isoTime(JSONExtractString(line, 'query_timestamp'))) <= 0, 'bad_time', 'missing_field') AS code,
  multiIf(code = 'bad_record', 'not a JSON object', code = 'bad_time', 'query_timestamp cannot be read as a time', 'query_timestamp, srcaddr or query_name is missing') AS detail,
  line
FROM {lines:Identifier}
WHERE match(line, '[^\\s]')
