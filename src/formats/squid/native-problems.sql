-- question: what is wrong with the lines of a Squid native access log that gave no row?
-- params:   lines Identifier (record, line): the lines left over
-- returns:  record, code, detail, line
SELECT
  record,
  if(match(line, '^\\S+ +-?[0-9]+ \\S+ [A-Z_]+/[0-9]{3} \\S+ \\S+ \\S+ \\S+ [A-Z_]+/') AND NOT match(line, '^[0-9]{9,10}[.]'), 'bad_time', 'bad_record') AS code,
  if(code = 'bad_time', 'the first field is not a time', 'not a line of Squid’s native log') AS detail,
  line
FROM {lines:Identifier}
WHERE match(line, '[^\\s]')
