-- question: what did each subject do at each name or address in each hour of these days?
-- params:   days Array(UInt32) (days since 1970), sources Array(UInt64) that tell of them; labelled Array(UInt64), labels Array(String),
--           froms Array(String): of these sources the device that the operator or the folder gives, and which of them
-- returns:  columns of `subject_hour`. Names, addresses, subjects and apps are hashes: all that is joined and grouped is numbers
WITH
  toUnixTimestamp64Micro(ts) AS at,
  -- Zeek: no answer, refused, reset, half of a handshake; DNS: no such name, or no answer
  action = 'blocked' OR status IN ('S0', 'REJ', 'RSTO', 'RSTR', 'RSTOS0', 'RSTRH', 'SH', 'SHR', 'NXDOMAIN', 'SERVFAIL', 'REFUSED') AS broken,
  qtype IN ('TXT', 'NULL', 'CNAME', 'MX', 'SRV') OR startsWith(qtype, 'TYPE') AS carrying,
  multiIf(device = '', '', device = transform(source, {labelled:Array(UInt64)}, {labels:Array(String)}, ''), transform(source, {labelled:Array(UInt64)}, {froms:Array(String)}, ''), 'record') AS device_from
SELECT
  toUInt32(intDiv(at, 3600000000)) AS hour,
  subjectKey(device, device_from, user, src_ip, src_mac, src_host) AS subject,
  if(domain = '', sipHash64(dst_ip), sipHash64(domain)) AS value,
  toUInt16(if(kind = 'dns', 0, dst_port)) AS port,
  toUInt8(if(kind = 'flow' AND (domain = '' OR domain = dst_ip), 4, transform(kind, ['flow', 'tls', 'http', 'dns'], [0, 1, 1, 2], 3))) AS class,
  max(if(app = '', 0, sipHash64(app))) AS app,
  sum(hits) AS contacts,
  sumIf(hits, broken) AS failed,
  sumIf(hits, carrying) AS odd,
  toUInt64(sum(greatest(network.bytes_out, 0))) AS bytes_out,
  toUInt64(sum(greatest(network.bytes_in, 0))) AS bytes_in,
  groupBitOr(bitShiftLeft(toUInt64(1), toUInt8(intDiv(at, 60000000) % 60))) AS minutes,
  min(at) AS first,
  max(greatest(at, toUnixTimestamp64Micro(ts_end))) AS last
FROM network
WHERE source IN {sources:Array(UInt64)} AND intDiv(toUnixTimestamp64Micro(ts), 86400000000) IN {days:Array(UInt32)} AND (domain != '' OR dst_ip != '')
GROUP BY hour, subject, value, port, class
