-- question: what is wrong with the lines of a Cloudflare Gateway HTTP log that gave no row?
-- params:   lines Identifier (record, line): the lines left over
-- returns:  record, code, detail, line
SELECT
  record,
  multiIf(NOT isValidJSON(line) OR JSONType(line) != 'Object', 'bad_record', JSONExtractString(line, 'HTTPHost') = '' AND JSONExtractString(line, 'URL') = '' OR NOT JSONHas(line, 'Datetime'), 'missing_field', toUnixTimestamp64Micro(anyTime(JSONExtract(line, 'Datetime', 'String'))) <= 0, 'bad_time', 'missing_field') AS code,
  multiIf(code = 'bad_record', 'not a JSON object', code = 'bad_time', 'Datetime cannot be read as a time', 'Datetime, or both HTTPHost and URL are missing') AS detail,
  line
FROM {lines:Identifier}
WHERE match(line, '[^\\s]')
