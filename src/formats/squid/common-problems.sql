-- question: what is wrong with the lines of a Squid common or combined log that gave no row?
-- params:   lines Identifier (record, line): the lines left over
-- returns:  record, code, detail, line
SELECT
  record,
  if(match(line, '^\\S+ \\S+ \\S+ \\[[^\\]]*\\] "[A-Z]+ \\S*[^"]*" [0-9]{3} '), 'bad_time', 'bad_record') AS code,
  if(code = 'bad_time', 'the time in brackets cannot be read', 'not a line of a common or combined log') AS detail,
  line
FROM {lines:Identifier}
WHERE match(line, '[^\\s]')
