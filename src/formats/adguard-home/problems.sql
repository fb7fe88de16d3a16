-- question: what is wrong with the lines of an AdGuard Home query log that gave no row?
-- params:   lines Identifier (record, line): the lines left over
-- returns:  record, code, detail, line
SELECT
  record,
  multiIf(NOT isValidJSON(line), 'bad_record', JSONExtractString(line, 'QH') = '' OR JSONExtractString(line, 'QT') = '' OR NOT JSONHas(line, 'T'), 'missing_field', 'bad_time') AS code,
  multiIf(code = 'bad_record', 'not valid JSON', code = 'bad_time', 'T cannot be read as a time', 'T, QH or QT is missing') AS detail,
  line
FROM {lines:Identifier}
WHERE match(line, '[^\\s]')
