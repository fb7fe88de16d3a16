-- question: what is wrong with the lines of a Zeek NDJSON log that gave no row?
-- params:   lines Identifier (record, line): the lines left over
-- returns:  record, code, detail, line
SELECT
  record,
  multiIf(
    NOT isValidJSON(line) OR JSONType(line) != 'Object', 'bad_record',
    NOT JSONHas(line, 'ts'), 'missing_field',
    toUnixTimestamp64Micro(zeekTime(JSONExtract(line, 'ts', 'String'))) <= 0, 'bad_time',
    'missing_field') AS code,
  multiIf(
    code = 'bad_record', 'not a JSON object',
    code = 'bad_time', 'ts cannot be read as a time',
    NOT JSONHas(line, 'ts'), 'ts is missing',
    'id.orig_h is missing or no address') AS detail,
  line
FROM {lines:Identifier}
WHERE match(line, '[^\\s]')
