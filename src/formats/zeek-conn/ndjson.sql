-- question: which flows does this Zeek conn.log (NDJSON; closed, open or long connections) hold?
-- params:   lines Identifier (record, line)
-- returns:  record, raw, and the columns of `network` that the claim names
SELECT
  record,
  line AS raw,
  zeekTime(j.ts) AS ts,
  if(duration < 0, toDateTime64(0, 6, 'UTC'), ts + toIntervalMicrosecond(duration)) AS ts_end,
  'flow' AS kind,
  lower(j.orig_l2_addr) AS src_mac,
  addressOf(j.`id.orig_h`) AS src_ip,
  j.`id.orig_p` AS src_port,
  addressOf(j.`id.resp_h`) AS dst_ip,
  j.`id.resp_p` AS dst_port,
  lower(j.proto) AS transport,
  lower(j.service) AS service,
  j.conn_state AS status,
  toInt64(ifNull(j.orig_bytes, -1)) AS bytes_out,
  toInt64(ifNull(j.resp_bytes, -1)) AS bytes_in,
  if(j.duration >= 0 AND j.duration < 1e9, toInt64(round(ifNull(j.duration, 0) * 1e6)), -1) AS duration,
  -- an open or long connection is told again when it has closed: same connection, later end
  if(j.uid = '', '', concat('zeek-conn ', j.uid, ' ', toString(toUnixTimestamp64Micro(ts)))) AS event_key
FROM
(
  SELECT
    record,
    line,
    JSONExtract(line, 'Tuple(ts String, uid String, `id.orig_h` String, `id.orig_p` UInt16, `id.resp_h` String, `id.resp_p` UInt16, proto String, service String, duration Nullable(Float64), orig_bytes Nullable(UInt64), resp_bytes Nullable(UInt64), conn_state String, orig_l2_addr String)') AS j
  FROM {lines:Identifier}
  -- JSONExtract would take the elements of an array for the fields of the tuple
  WHERE NOT startsWith(trimLeft(line), '[')
)
WHERE toUnixTimestamp64Micro(ts) > 0 AND src_ip != ''
