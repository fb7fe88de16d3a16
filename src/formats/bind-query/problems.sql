-- question: what is wrong with the lines of a BIND log that gave no row?
-- params:   lines Identifier (record, line): the lines left over; notAfter Int64
-- returns:  record, code, detail, line
-- passed over: in lines with a time, messages that name no client (transfers, resolution …) and other programs
SELECT
  record,
  if(toUnixTimestamp64Micro(ts) <= 0 AND match(line, 'client (@0x[0-9a-fA-F]+ )?[0-9A-Fa-f.:]+\\S*#[0-9]+.*: (query: |answer: |response: |query failed |(disabled )?rpz )'), 'bad_time', 'bad_record') AS code,
  if(code = 'bad_time', 'no time at the head of the line', 'no time, or not a BIND log line') AS detail,
  line
FROM
(
  SELECT
    record,
    line,
    namedTime(substring(line, 1, if(position(line, 'client ') > 0, position(line, 'client ') - 1, 96)), {notAfter:Int64}) AS ts
  FROM {lines:Identifier}
)
WHERE match(line, '[^\\s]')
  AND (toUnixTimestamp64Micro(ts) <= 0 OR NOT match(line, '^.{8,}[0-9][Z]? .*: ') OR match(line, 'client (@0x[0-9a-fA-F]* ?)?[0-9A-Fa-f.:]*(#[0-9]*)?[^:]*$|client .*: (query|answer|response): '))
