-- question: what is wrong with the lines of a dnsmasq log that gave no row?
-- params:   lines Identifier (record, line): the lines left over; notAfter Int64
-- returns:  record, code, detail, line
-- passed over: answers, forwardings, starts and other programs, in lines with a time and a program
SELECT
  record,
  if(toUnixTimestamp64Micro(ts) <= 0 AND match(line, '(query\\[\\S+\\] .* from [0-9A-Fa-f.:]+|DHCPACK\\(\\S*\\) [0-9A-Fa-f.:]+ \\S+)'), 'bad_time', 'bad_record') AS code,
  if(code = 'bad_time', 'no readable time at the head of the line', 'not a dnsmasq log line') AS detail,
  line
FROM
(
  SELECT
    record,
    line,
    logTime(substring(line, 1, 64), {notAfter:Int64}) AS ts
  FROM {lines:Identifier}
)
WHERE match(line, '[^\\s]')
  AND (toUnixTimestamp64Micro(ts) <= 0 OR NOT match(line, '^[^\\[]{0,96}[A-Za-z_.-](\\[[0-9]+\\])?: ') OR match(line, ': (?:[0-9]+ \\S+/[0-9]+ )?query\\[|: (?:[0-9]+ )?DHCPACK\\('))
