-- question: which connections were open at that moment, and whose were they?
-- params:   lines Identifier (record, line); notAfter Int64: when the sysdiagnose was taken
-- returns:  record, raw, and the columns of `network` that the claim names
WITH
  -- [socket flowhash] proto recv-q send-q local foreign [state] [rxbytes txbytes] rhiwat shiwat (process:pid | pid epid) flags
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
  'flow' AS kind,
  g[7] AS process,
  'on_device_report' AS attribution,
  own AS src_ip,
  toUInt16OrZero(near[2]) AS src_port,
  remote AS dst_ip,
  toUInt16OrZero(far[2]) AS dst_port,
  multiIf(startsWith(g[1], 'icm'), 'icmp', replaceRegexpOne(g[1], '[46]+$', '')) AS transport,
  g[4] AS status,
  if(g[5] = '', -1, toInt64OrZero(g[5])) AS bytes_in,
  if(g[6] = '', -1, toInt64OrZero(g[6])) AS bytes_out
FROM {lines:Identifier}
WHERE whole AND leaves
