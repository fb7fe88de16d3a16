-- question: which flows does this output of nfdump (JSON, one object a line) hold?
-- params:   lines Identifier (record, line)
-- returns:  record, raw, and the columns of `network` that the claim names
WITH
  isReply(j.src_port, j.dst_port) AS reply,
  if(j.src4_addr != '', j.src4_addr, j.src6_addr) AS from_ip,
  if(j.dst4_addr != '', j.dst4_addr, j.dst6_addr) AS to_ip,
  ifNull(j.in_bytes, -1) AS there,
  -- a flow of one direction has 0 here, or nothing
  if(ifNull(j.out_bytes, 0) > 0, ifNull(j.out_bytes, 0), -1) AS back,
  if(reply, '', j.sni) AS name
SELECT
  record,
  line AS raw,
  -- `t_first` up to 1.7.2, `first` since
  isoTime(if(j.t_first != '', j.t_first, j.`first`)) AS ts,
  greatest(ts, isoTime(if(j.t_last != '', j.t_last, j.`last`))) AS ts_end,
  'flow' AS kind,
  if(reply OR j.in_src_mac = '00:00:00:00:00:00', '', lower(j.in_src_mac)) AS src_mac,
  addressOf(if(reply, to_ip, from_ip)) AS src_ip,
  if(reply, j.dst_port, j.src_port) AS src_port,
  addressOf(if(reply, from_ip, to_ip)) AS dst_ip,
  if(reply, j.src_port, j.dst_port) AS dst_port,
  nameOf(name) AS domain,
  if(domain = name, '', name) AS domain_raw,
  protocolName(j.proto) AS transport,
  if(reply, back, there) AS bytes_out,
  if(reply, there, back) AS bytes_in,
  toUnixTimestamp64Micro(ts_end) - toUnixTimestamp64Micro(ts) AS duration
FROM
(
  SELECT
    record,
    line,
    -- some versions end an object with a comma
    JSONExtract(replaceRegexpOne(line, ',\\s*\\}\\s*$', '}'), 'Tuple(t_first String, `first` String, t_last String, `last` String, src4_addr String, src6_addr String, dst4_addr String, dst6_addr String, src_port UInt16, dst_port UInt16, proto UInt8, in_bytes Nullable(Int64), out_bytes Nullable(Int64), in_src_mac String, sni String)') AS j
  FROM {lines:Identifier}
  -- JSONExtract would take the elements of an array for the fields of the tuple
  WHERE NOT startsWith(trimLeft(line), '[')
)
WHERE toUnixTimestamp64Micro(ts) > 0 AND src_ip != '' AND dst_ip != '' AND j.proto > 0
