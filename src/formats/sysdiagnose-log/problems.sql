-- question: what is wrong with the lines of such a log that gave no row?
-- params:   lines Identifier (record, line): the lines left over
-- returns:  record, code, detail, line
-- passed over: what stands below a line: indented text, closing brackets, property lists and their data
SELECT
  record,
  if(match(line, '^[^\\[]{0,40}\\[[0-9]+\\] (<[a-z]+> )?\\(0x[0-9a-f]+\\) '), 'bad_time', 'bad_record') AS code,
  if(code = 'bad_time', 'the time at the head of the line cannot be read', 'not a line of such a log, nor a list below one') AS detail,
  line
FROM {lines:Identifier}
WHERE match(line, '[^\\s]')
  AND NOT match(line, '^([ \\t]+[^\\s]|[)}\\]]+[;,]?\\s*$|[)}\\]] |</?(\\?xml|!DOCTYPE plist|plist|dict|array|key|string|data|date|true|false|integer|real)[ />?]|[A-Za-z0-9+/]{4,}={0,2}\\s*$)')
