-- question: what is wrong with the lines of a CEF log that gave no row?
-- params:   lines Identifier (record, line): the lines left over; notAfter Int64
-- returns:  record, code, detail, line
-- passed over: events without a destination
WITH match(line, 'CEF: ?[0-9.]+\\|((?:[^|\\\\]|\\\\.)*\\|){6}') AS whole
SELECT
  record,
  if(whole, 'bad_time', 'bad_record') AS code,
  if(whole, 'neither rt, start, end nor the head of the line holds a readable time', 'not a CEF event: the seven fields of the header are not all there') AS detail,
  line
FROM {lines:Identifier}
WHERE match(line, '[^\\s]') AND NOT (whole AND NOT match(line, '[| ](dst|dhost|destinationDnsDomain|request|c6a3)=[^ ]'))
