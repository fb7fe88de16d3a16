-- question: which flows does this AWS VPC flow log (JSON) hold?
-- params:   lines Identifier (record, line)
-- returns:  record, raw, and the columns of `network` that the claim names
WITH
  -- tables that were made of the log keep whole numbers as floats: 443.0
  x -> ifNull(toInt64OrNull(replaceRegexpOne(x, '[.]0*$', '')), -1) AS whole,
  toUInt16OrZero(replaceRegexpOne(j.srcport, '[.]0*$', '')) AS from_port,
  toUInt16OrZero(replaceRegexpOne(j.dstport, '[.]0*$', '')) AS to_port,
  -- SYN and ACK together (18) are the answer to a SYN
  isReply(from_port, to_port) OR bitAnd(greatest(whole(j.tcp_flags), 0), 18) = 18 AS reply,
  whole(j.bytes) AS bytes
SELECT
  record,
  line AS raw,
  epochTime(j.start) AS ts,
  greatest(ts, epochTime(j.`end`)) AS ts_end,
  'flow' AS kind,
  addressOf(if(reply, j.dstaddr, j.srcaddr)) AS src_ip,
  if(reply, to_port, from_port) AS src_port,
  addressOf(if(reply, j.srcaddr, j.dstaddr)) AS dst_ip,
  if(reply, from_port, to_port) AS dst_port,
  if(whole(j.protocol) < 0, '', protocolName(whole(j.protocol))) AS transport,
  multiIf(j.action = 'ACCEPT', 'allowed', j.action = 'REJECT', 'blocked', '') AS action,
  if(reply, -1, bytes) AS bytes_out,
  if(reply, bytes, -1) AS bytes_in,
  toUnixTimestamp64Micro(ts_end) - toUnixTimestamp64Micro(ts) AS duration
FROM
(
  SELECT
    record,
    line,
    JSONExtract(line, 'Tuple(srcaddr String, dstaddr String, srcport String, dstport String, protocol String, bytes String, start String, `end` String, action String, tcp_flags String)') AS j
  FROM {lines:Identifier}
  -- JSONExtract would take the elements of an array for the fields of the tuple
  WHERE NOT startsWith(trimLeft(line), '[')
)
WHERE toUnixTimestamp64Micro(ts) > 0 AND src_ip != '' AND dst_ip != ''
