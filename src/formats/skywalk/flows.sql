-- question: which flows were open at that moment, and whose were they?
-- params:   lines Identifier (record, line); notAfter Int64: when the sysdiagnose was taken
-- returns:  record, raw, and the columns of `network` that the claim names
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
  'flow' AS kind,
  g[9] AS process,
  'on_device_report' AS attribution,
  own AS src_ip,
  toUInt16OrZero(near[2]) AS src_port,
  remote AS dst_ip,
  toUInt16OrZero(far[2]) AS dst_port,
  replaceRegexpOne(g[1], '[46]+$', '') AS transport,
  state AS status,
  toInt64OrZero(g[4]) AS bytes_in,
  toInt64OrZero(g[5]) AS bytes_out
FROM {lines:Identifier}
WHERE whole AND leaves
