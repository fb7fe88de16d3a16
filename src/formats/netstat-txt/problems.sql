-- question: what is wrong with the lines among the sockets that gave no row?
-- params:   lines Identifier (record, line): the lines left over; notAfter Int64
-- returns:  record, code, detail, line
-- passed over: everything outside the list of internet sockets: routes, counters, sockets within the device, multipath summaries
WITH
  ifNull((SELECT min(record) FROM {lines:Identifier} WHERE match(line, '^Active Internet connections')), 0) AS begun,
  ifNull((SELECT min(record) FROM {lines:Identifier} WHERE record > begun AND begun > 0 AND match(line, '^(Active [A-Z]|#)')), 0) AS ended
SELECT record, 'bad_record' AS code, 'not a socket with addresses and an owner' AS detail, line
FROM {lines:Identifier}
WHERE match(line, '[^\\s]') AND record > begun AND (ended = 0 OR record < ended) AND NOT match(line, '^(Socket +Flowhash|Proto) ')
