-- question: which flows does this AWS VPC flow log (text) hold?
-- params:   lines Identifier (record, line); f Array(UInt32): positions of srcaddr, dstaddr, srcport, dstport, protocol, bytes,
--           start, end, action, log-status, tcp-flags (0: the log lacks it); n UInt32: fields of a whole record
-- returns:  record, raw, and the columns of `network` that the claim names
WITH
  {f:Array(UInt32)} AS f,
  (c, at) -> if(at = 0 OR c[at] = '-', '', c[at]) AS field,
  toUInt16OrZero(field(c, f[3])) AS from_port,
  toUInt16OrZero(field(c, f[4])) AS to_port,
  -- SYN and ACK together (18) are the answer to a SYN
  isReply(from_port, to_port) OR bitAnd(toUInt8OrZero(field(c, f[11])), 18) = 18 AS reply,
  ifNull(toInt64OrNull(field(c, f[6])), -1) AS bytes
SELECT
  record,
  line AS raw,
  epochTime(field(c, f[7])) AS ts,
  greatest(ts, epochTime(field(c, f[8]))) AS ts_end,
  'flow' AS kind,
  addressOf(field(c, f[if(reply, 2, 1)])) AS src_ip,
  if(reply, to_port, from_port) AS src_port,
  addressOf(field(c, f[if(reply, 1, 2)])) AS dst_ip,
  if(reply, from_port, to_port) AS dst_port,
  if(field(c, f[5]) = '', '', protocolName(toUInt8OrZero(field(c, f[5])))) AS transport,
  multiIf(field(c, f[9]) = 'ACCEPT', 'allowed', field(c, f[9]) = 'REJECT', 'blocked', '') AS action,
  if(reply, -1, bytes) AS bytes_out,
  if(reply, bytes, -1) AS bytes_in,
  toUnixTimestamp64Micro(ts_end) - toUnixTimestamp64Micro(ts) AS duration
FROM
(
  -- exports of CloudWatch put their own time before the record
  SELECT record, line, splitByWhitespace(replaceRegexpOne(line, '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[^ ]+ ', '')) AS c
  FROM {lines:Identifier}
)
WHERE length(c) >= {n:UInt32} AND toUnixTimestamp64Micro(ts) > 0 AND src_ip != '' AND dst_ip != ''
