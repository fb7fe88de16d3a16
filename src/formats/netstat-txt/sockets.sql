-- question: which sockets were open without a partner outside: listening, unconnected, or within the device?
-- params:   lines Identifier (record, line); notAfter Int64: when the sysdiagnose was taken
-- returns:  record, raw, and the columns of `device_event` that the claim names
WITH
  -- as in connections.sql
  extractGroups(line, '^(?:\\s*[0-9a-f]{4,16} +[0-9a-f]{1,8} +)?((?:tcp|udp|icm|raw)[46]*) +[0-9]+ +[0-9]+ +(\\S+) +(\\S+)(?: +([A-Z][A-Z_0-9]+))?(?:(?: +([0-9]+) +([0-9]+))? +[0-9]+ +[0-9]+ +(?:(\\S.*?):([0-9]+)|([0-9]+) +[0-9]+) +(?:0x)?[0-9a-f]{4,5} |\\s*$)') AS g,
  -- `192.0.2.7.443`, `fe80::1%en0.5353`, `*.*`: the port stands behind the last dot
  extractGroups(g[2], '^(.*)\\.([0-9]+|\\*)$') AS near,
  extractGroups(g[3], '^(.*)\\.([0-9]+|\\*)$') AS far,
  addressOf(replaceRegexpOne(near[1], '%.*$', '')) AS own,
  addressOf(replaceRegexpOne(far[1], '%.*$', '')) AS remote,
  (own != '' OR near[1] = '*') AND (remote != '' OR far[1] = '*') AS whole,
  -- what never leaves the device is no contact
  remote != '' AND NOT match(remote, '^(127\\.|::1$|0\\.0\\.0\\.0$|::$)') AS leaves
SELECT
  record,
  line AS raw,
  fromUnixTimestamp64Micro({notAfter:Int64}, 'UTC') AS ts,
  'other' AS kind,
  if(g[4] = 'LISTEN', 'listening_socket', 'socket') AS category,
  g[7] AS process,
  mapFilter((k, v) -> v NOT IN ('', '*.*'), map(
    'protocol', g[1], 'local', g[2], 'foreign', g[3], 'state', g[4], 'bytes_in', g[5], 'bytes_out', g[6], 'pid', if(g[8] != '', g[8], g[9]))) AS detail
FROM {lines:Identifier}
WHERE whole AND NOT leaves
