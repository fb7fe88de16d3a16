-- question: which flows does this Zeek conn.log (TSV with #fields; closed, open or long connections) hold?
-- params:   lines Identifier (record, line); f: positions of ts, uid, id.orig_h, id.orig_p, id.resp_h, id.resp_p, proto,
--           service, duration, orig_bytes, resp_bytes, conn_state, orig_l2_addr (0: the log lacks it);
--           n: columns of a whole record; labelled, separator, sets, unset, empty: how the header says values are written
-- returns:  record, raw, and the columns of `network` that the claim names
WITH
  {f:Array(UInt32)} AS f,
  (fields, at) -> if(at = 0 OR fields[at] IN ({unset:String}, {empty:String}), '', fields[at]) AS field
SELECT
  record,
  line AS raw,
  zeekTime(field(c, f[1])) AS ts,
  if(duration < 0, toDateTime64(0, 6, 'UTC'), ts + toIntervalMicrosecond(duration)) AS ts_end,
  'flow' AS kind,
  lower(field(c, f[13])) AS src_mac,
  addressOf(field(c, f[3])) AS src_ip,
  toUInt16OrZero(field(c, f[4])) AS src_port,
  addressOf(field(c, f[5])) AS dst_ip,
  toUInt16OrZero(field(c, f[6])) AS dst_port,
  lower(field(c, f[7])) AS transport,
  lower(field(c, f[8])) AS service,
  field(c, f[12]) AS status,
  ifNull(toInt64OrNull(field(c, f[10])), -1) AS bytes_out,
  ifNull(toInt64OrNull(field(c, f[11])), -1) AS bytes_in,
  if(match(field(c, f[9]), '^[0-9]{1,9}([.][0-9]+)?$'), toInt64(round(toFloat64OrZero(field(c, f[9])) * 1e6)), -1) AS duration,
  -- an open or long connection is told again when it has closed: same connection, later end
  if(field(c, f[2]) = '', '', concat('zeek-conn ', field(c, f[2]), ' ', toString(toUnixTimestamp64Micro(ts)))) AS event_key
FROM
(
  SELECT
    record,
    line,
    -- labels of the CTU datasets stand behind blanks in the last column
    splitByString({separator:String}, if({labelled:UInt8} = 1, replaceRegexpOne(trim(TRAILING '\r' FROM line), ' {2,}(\\S+)(?: {2,}(\\S+))?$', '\t\\1\t\\2'), trim(TRAILING '\r' FROM line))) AS c
  FROM {lines:Identifier}
  WHERE NOT startsWith(line, '#')
)
WHERE length(c) >= {n:UInt32} AND toUnixTimestamp64Micro(ts) > 0 AND src_ip != ''
