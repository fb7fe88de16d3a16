-- question: what is wrong with the lines of nfdump’s JSON that gave no row?
-- params:   lines Identifier (record, line): the lines left over
-- returns:  record, code, detail, line
-- passed over: blank lines
WITH
  replaceRegexpOne(line, ',\\s*\\}\\s*$', '}') AS whole,
  JSONExtract(whole, 'Tuple(t_first String, `first` String)') AS j
SELECT
  record,
  multiIf(NOT isValidJSON(whole) OR JSONType(whole) != 'Object', 'bad_record', j.t_first = '' AND j.`first` = '', 'missing_field', toUnixTimestamp64Micro(isoTime(if(j.t_first != '', j.t_first, j.`first`))) <= 0, 'bad_time', 'missing_field') AS code,
  multiIf(code = 'bad_record', 'not a JSON object', code = 'bad_time', 'the time of the first packet cannot be read', 'the time, an address or the protocol is missing') AS detail,
  line
FROM {lines:Identifier}
WHERE match(line, '[^\\s]')
