-- question: what is wrong with the lines among the flows that gave no row?
-- params:   lines Identifier (record, line): the lines left over; notAfter Int64
-- returns:  record, code, detail, line
-- passed over: everything outside the list of flows: switches, owners, counters, interfaces, channels, memory
WITH
  -- the command stands between two lines of `#`
  ifNull((SELECT min(record) FROM {lines:Identifier} WHERE match(line, '^# /usr/sbin/skywalkctl flow( -n)?\\s*$')), 0) AS command,
  ifNull((SELECT min(record) FROM {lines:Identifier} WHERE command > 0 AND record > command + 1 AND startsWith(line, '#')), 0) AS ended
SELECT record, 'bad_record' AS code, 'not a flow with addresses and a process' AS detail, line
FROM {lines:Identifier}
WHERE match(line, '[^\\s]') AND (command = 0 OR record > command + 1) AND (ended = 0 OR record < ended) AND NOT match(line, '^Proto +Local')
