-- question: what is wrong with the lines of such a log that gave no row?
-- params:   lines Identifier (record, line): the lines left over
-- returns:  record, code, detail, line
-- passed over: whole lines that tell of no app, reboot or build; and what stands below a line: indented text, closing brackets, property lists and their data
SELECT
  record,
  if(headed, 'bad_time', 'bad_record') AS code,
  if(headed, 'the time at the head of the line cannot be read', 'not a line of such a log, nor a list below one') AS detail,
  line
FROM
(
  SELECT
    record,
    line,
    match(line, '^[^\\[]{0,40}\\[[0-9]+\\] (<[a-z]+> )?\\(0x[0-9a-f]+\\) ') AS headed,
    match(line, '^[A-Z][a-z]{2} [A-Z][a-z]{2} [ 0-9][0-9] [0-9:]{8} [0-9]{4} \\[') AND toUnixTimestamp64Micro(isoTime(concat(substring(line, 21, 4), '-', monthDay(substring(line, 5, 3), trim(LEADING ' ' FROM substring(line, 9, 2))), 'T', substring(line, 12, 8)))) > 0 AS timed
  FROM {lines:Identifier}
)
WHERE match(line, '[^\\s]') AND NOT (headed AND timed)
  AND NOT match(line, '^([ \\t]+[^\\s]|[)}\\]]+[;,]?\\s*$|[)}\\]] |</?(\\?xml|!DOCTYPE plist|plist|dict|array|key|string|data|date|true|false|integer|real)[ />?]|[A-Za-z0-9+/]{4,}={0,2}\\s*$)')
