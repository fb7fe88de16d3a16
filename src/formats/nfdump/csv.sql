-- question: which flows does this output of nfdump (CSV) hold?
-- params:   lines Identifier (record, line); f Array(UInt32): positions of first seen, last seen, duration, source and destination
--           address, source and destination port, protocol, bytes in, bytes out, source MAC, SNI (0: the output lacks it)
-- returns:  record, raw, and the columns of `network` that the claim names
WITH
  {f:Array(UInt32)} AS f,
  (c, at) -> if(at = 0, '', trim(BOTH ' ' FROM c[at])) AS field,
  -- of ICMP the port is type.code
  toUInt16OrZero(field(c, f[6])) AS from_port,
  toUInt16OrZero(field(c, f[7])) AS to_port,
  isReply(from_port, to_port) AS reply,
  ifNull(toInt64OrNull(field(c, f[9])), -1) AS there,
  -- a flow of one direction has 0 here
  if(ifNull(toInt64OrNull(field(c, f[10])), 0) > 0, toInt64OrZero(field(c, f[10])), -1) AS back,
  toInt64(round(greatest(toFloat64OrZero(field(c, f[3])), 0) * 1e6)) AS lasted,
  if(reply OR field(c, f[12]) IN ('', '<no sni>'), '', field(c, f[12])) AS name
SELECT
  arrayJoin(arrayWithConstant(toUInt8(length(c) >= arrayMax(f) AND toUnixTimestamp64Micro(ts) > 0 AND src_ip != '' AND dst_ip != '' AND transport != ''), record)) AS record,
  line AS raw,
  anyTime(field(c, f[1])) AS ts,
  greatest(ts, if(f[2] > 0, anyTime(field(c, f[2])), fromUnixTimestamp64Micro(toUnixTimestamp64Micro(ts) + least(lasted, 86400000000 * 365), 'UTC'))) AS ts_end,
  'flow' AS kind,
  if(reply OR field(c, f[11]) = '00:00:00:00:00:00', '', lower(field(c, f[11]))) AS src_mac,
  addressOf(field(c, f[if(reply, 5, 4)])) AS src_ip,
  if(reply, to_port, from_port) AS src_port,
  addressOf(field(c, f[if(reply, 4, 5)])) AS dst_ip,
  if(reply, from_port, to_port) AS dst_port,
  nameOf(name) AS domain,
  if(domain = name, '', name) AS domain_raw,
  if(match(field(c, f[8]), '^[0-9]+$'), protocolName(toUInt8OrZero(field(c, f[8]))), lower(field(c, f[8]))) AS transport,
  if(reply, back, there) AS bytes_out,
  if(reply, there, back) AS bytes_in,
  toUnixTimestamp64Micro(ts_end) - toUnixTimestamp64Micro(ts) AS duration
FROM
(
  SELECT record, line, arrayJoin([csvFields(line, ',')]) AS c
  FROM {lines:Identifier}
)
