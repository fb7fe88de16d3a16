-- question: what is wrong with the lines of an AdGuard DNS log that gave no row?
-- params:   lines Identifier (record, line): the lines left over
-- returns:  record, code, detail, line
SELECT
  record,
  multiIf(NOT isValidJSON(line) OR JSONType(line) != 'Object', 'bad_record', NOT JSONHas(line, 't') OR JSONExtractString(line, 'n') IN ('', '.'), 'missing_field', 'bad_time') AS code,
  multiIf(code = 'bad_record', 'not a JSON object', code = 'bad_time', 't is no time in milliseconds', 't or n is missing') AS detail,
  line
FROM {lines:Identifier}
WHERE match(line, '[^\\s]')
