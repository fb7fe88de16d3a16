-- question: what is wrong with the lines of a Zeek x509.log (NDJSON) that gave no row?
-- params:   lines Identifier (record, line): the lines left over
-- returns:  record, code, detail, line
SELECT
  record,
  multiIf(NOT isValidJSON(line) OR JSONType(line) != 'Object', 'bad_record', NOT JSONHas(line, 'ts'), 'missing_field', toUnixTimestamp64Micro(zeekTime(JSONExtract(line, 'ts', 'String'))) <= 0, 'bad_time', 'missing_field') AS code,
  multiIf(code = 'bad_record', 'not a JSON object', code = 'bad_time', 'ts cannot be read as a time', 'ts, or both fingerprint and certificate.serial are missing') AS detail,
  line
FROM {lines:Identifier}
WHERE match(line, '[^\\s]')
