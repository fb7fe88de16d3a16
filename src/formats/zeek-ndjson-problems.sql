-- question: what is wrong with the lines of a Zeek NDJSON log that gave no row?
-- params:   lines Identifier (record, line): the lines left over
-- returns:  record, code, detail, line
SELECT
  record,
  multiIf(
    NOT isValidJSON(line), 'bad_record',
    NOT JSONHas(line, 'ts'), 'missing_field',
    JSONExtractFloat(line, 'ts') <= 0 AND toUnixTimestamp64Micro(parseDateTime64BestEffortOrZero(JSONExtractString(line, 'ts'), 6, 'UTC')) <= 0, 'bad_time',
    'missing_field') AS code,
  multiIf(
    code = 'bad_record', 'not valid JSON',
    code = 'bad_time', 'ts cannot be read as a time',
    'ts or id.orig_h is missing') AS detail,
  line
FROM {lines:Identifier}
WHERE match(line, '[^\\s]')
