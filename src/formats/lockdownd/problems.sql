-- question: what is wrong with the lines of a lockdownd log that gave no row?
-- params:   lines Identifier (record, line): the lines left over
-- returns:  record, code, detail, line
-- passed over: dictionaries below a line: indented text and closing brackets
SELECT
  record,
  if(match(line, '^.{0,40} pid=[0-9]+ '), 'bad_time', 'bad_record') AS code,
  if(code = 'bad_time', 'the time at the head of the line cannot be read', 'not a line of lockdownd, nor a dictionary below one') AS detail,
  line
FROM {lines:Identifier}
WHERE match(line, '[^\\s]') AND NOT match(line, '^([ \\t]+[^\\s]|[)}\\]]+[;,.>]?\\s*$)')
