-- question: what is wrong with the lines of a Cloudflare DNS log that gave no row?
-- params:   lines Identifier (record, line): the lines left over
-- returns:  record, code, detail, line
SELECT
  record,
  multiIf(NOT isValidJSON(line), 'bad_record', JSONExtractString(line, 'QueryName') = '' OR NOT (JSONHas(line, 'Datetime') OR JSONHas(line, 'Timestamp')), 'missing_field', 'bad_time') AS code,
  multiIf(code = 'bad_record', 'not valid JSON', code = 'bad_time', 'Datetime or Timestamp cannot be read as a time', 'the time or QueryName is missing') AS detail,
  line
FROM {lines:Identifier}
WHERE match(line, '[^\\s]')
