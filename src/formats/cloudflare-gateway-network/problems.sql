-- question: what is wrong with the lines of a Cloudflare Gateway network log that gave no row?
-- params:   lines Identifier (record, line): the lines left over
-- returns:  record, code, detail, line
SELECT
  record,
  multiIf(NOT isValidJSON(line) OR JSONType(line) != 'Object', 'bad_record', NOT JSONHas(line, 'Datetime'), 'missing_field', toUnixTimestamp64Micro(anyTime(JSONExtract(line, 'Datetime', 'String'))) <= 0, 'bad_time', 'missing_field') AS code,
  multiIf(code = 'bad_record', 'not a JSON object', code = 'bad_time', 'Datetime cannot be read as a time', 'Datetime, SourceIP, Transport, or both DestinationIP and SNI are missing') AS detail,
  line
FROM {lines:Identifier}
WHERE match(line, '[^\\s]')
