-- question: what is wrong with the lines of an Unbound log that gave no row?
-- params:   lines Identifier (record, line): the lines left over; notAfter Int64
-- returns:  record, code, detail, line
-- passed over: other messages of Unbound and other programs, in lines with a time
SELECT
  record,
  if(toUnixTimestamp64Micro(ts) <= 0 AND match(line, ' (info|query|reply): .*\\S+ [A-Z0-9]+ (IN|CH|HS|ANY)\\b'), 'bad_time', 'bad_record') AS code,
  if(code = 'bad_time', 'no readable time at the head of the line', 'not an Unbound log line') AS detail,
  line
FROM
(
  SELECT
    record,
    line,
    if(startsWith(line, '['), epochTime(extract(line, '^\\[([0-9.]+)\\]')), logTime(substring(line, 1, 64), {notAfter:Int64})) AS ts
  FROM {lines:Identifier}
)
WHERE match(line, '[^\\s]')
  AND (toUnixTimestamp64Micro(ts) <= 0 OR NOT match(line, '^[^:]*(:[^:]+){0,5}: ') OR match(line, 'unbound.* (info|query|reply): ([0-9.]+|[0-9A-Fa-f]*:[0-9A-Fa-f:.]*|.* [0-9A-Fa-f.:]+@[0-9]+)( |$)'))
