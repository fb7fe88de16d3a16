-- question: which flows had no partner outside: listening, unconnected, or within the device?
-- params:   lines Identifier (record, line); notAfter Int64: when the sysdiagnose was taken
-- returns:  record, raw, and the columns of `device_event` that the claim names
WITH
  extractGroups(line, '^ *((?:tcp|udp|quic|sctp)[46]?) +(\\S+) +(\\S+) +([0-9]+) +([0-9]+) +([0-9]+/[0-9]+) +([0-9]+/[0-9]+) +\\S+ +(\\S+) .*(?: {2,}|_ *)(\\S+(?: \\S+)*)\\.([0-9]+)\\s*$') AS g,
  -- `192.0.2.7.443`, `fe80::1%en0.5353`, `*.*`: the port stands behind the last dot
  extractGroups(g[2], '^(.*)\\.([0-9]+|\\*)$') AS near,
  extractGroups(g[3], '^(.*)\\.([0-9]+|\\*)$') AS far,
  addressOf(replaceRegexpOne(near[1], '%.*$', '')) AS own,
  addressOf(replaceRegexpOne(far[1], '%.*$', '')) AS remote,
  (own != '' OR near[1] = '*') AND (remote != '' OR far[1] = '*') AS whole,
  -- what never leaves the device is no contact
  remote != '' AND NOT match(remote, '^(127\\.|::1$|0\\.0\\.0\\.0$|::$)') AS leaves,
  -- states stand behind the flags, where there are any
  extract(line, ' ([A-Z][A-Z_0-9]{3,}) +[A-Z][A-Z_0-9]{3,} ') AS state
SELECT
  record,
  line AS raw,
  fromUnixTimestamp64Micro({notAfter:Int64}, 'UTC') AS ts,
  'other' AS kind,
  if(remote = '' AND startsWith(g[1], 'tcp'), 'listening_socket', 'socket') AS category,
  g[9] AS process,
  mapFilter((k, v) -> v NOT IN ('', '*.*'), map(
    'protocol', g[1], 'local', g[2], 'foreign', g[3], 'state', state, 'interface', g[8], 'bytes_in', g[4], 'bytes_out', g[5], 'pid', g[10])) AS detail
FROM {lines:Identifier}
WHERE whole AND NOT leaves
