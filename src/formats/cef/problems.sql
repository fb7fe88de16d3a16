-- question: what is wrong with the lines of a CEF log that gave no row?
-- params:   lines Identifier (record, line): the lines left over; notAfter Int64
-- returns:  record, code, detail, line
-- passed over: events without a destination
WITH
  match(line, 'CEF: ?[0-9.]+\\|((?:[^|\\\\]|\\\\.)*\\|){6}') AS whole,
  match(line, '[| ](rt|start|end)=[^ ]') OR toUnixTimestamp64Micro(logTime(substring(line, 1, position(line, 'CEF:') - 1), {notAfter:Int64})) > 0 AS timed
SELECT
  record,
  multiIf(NOT whole, 'bad_record', timed, 'missing_field', 'bad_time') AS code,
  multiIf(NOT whole, 'not a CEF event: the seven fields of the header are not all there', timed, 'the destination (dst, dhost, request) or the time cannot be read', 'neither rt, start, end nor the head of the line holds a readable time') AS detail,
  line
FROM {lines:Identifier}
WHERE match(line, '[^\\s]') AND NOT (whole AND NOT match(line, '[| ](dst|dhost|destinationDnsDomain|request|c6a3)=[^ ]'))
