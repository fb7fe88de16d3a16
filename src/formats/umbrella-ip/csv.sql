-- question: which connections to addresses does this Cisco Umbrella IP log (CSV) hold?
-- params:   lines Identifier (record, line); f Array(UInt32): positions of timestamp, identity, source ip, source port,
--           destination ip, destination port, type of the identity (0: the log lacks it)
-- returns:  record, raw, and the columns of `network` that the claim names
WITH
  {f:Array(UInt32)} AS f,
  (c, at) -> if(at = 0, '', trim(BOTH ' ' FROM c[at])) AS field
SELECT
  record,
  line AS raw,
  isoTime(field(c, f[1])) AS ts,
  'flow' AS kind,
  if(umbrellaDevice(field(c, f[7])), field(c, f[2]), '') AS device,
  if(umbrellaUser(field(c, f[7])), field(c, f[2]), '') AS user,
  addressOf(field(c, f[3])) AS src_ip,
  toUInt16OrZero(field(c, f[4])) AS src_port,
  addressOf(field(c, f[5])) AS dst_ip,
  toUInt16OrZero(field(c, f[6])) AS dst_port
FROM
(
  SELECT record, line, csvFields(line, ',') AS c
  FROM {lines:Identifier}
)
-- a line that is cut off must not give a port that is cut off
WHERE toUnixTimestamp64Micro(ts) > 0 AND src_ip != '' AND dst_ip != '' AND length(c) > f[6]
