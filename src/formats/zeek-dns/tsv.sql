-- question: which DNS queries does this Zeek dns.log (TSV with #fields) hold?
-- params:   lines Identifier (record, line); f Array(UInt32): positions of ts, id.orig_h, id.orig_p, id.resp_h, id.resp_p,
--           proto, query, qtype_name, rcode_name, answers, rtt (0: the log lacks it)
-- returns:  record, raw, and the columns of `network` that the claim names
WITH
  {f:Array(UInt32)} AS f,
  -- '-' is an unset field, '(empty)' an empty one
  (fields, at) -> if(at = 0 OR fields[at] IN ('-', '(empty)'), '', fields[at]) AS field
SELECT
  record,
  line AS raw,
  parseDateTime64BestEffortOrZero(field(c, f[1]), 6, 'UTC') AS iso,
  if(match(field(c, f[1]), '^[0-9]+([.][0-9]+)?$'), fromUnixTimestamp64Micro(toInt64(round(toFloat64OrZero(field(c, f[1])) * 1e6))), iso) AS ts,
  'dns' AS kind,
  field(c, f[2]) AS src_ip,
  toUInt16OrZero(field(c, f[3])) AS src_port,
  field(c, f[4]) AS dst_ip,
  toUInt16OrZero(field(c, f[5])) AS dst_port,
  field(c, f[6]) AS transport,
  'dns' AS service,
  nameOf(field(c, f[7])) AS domain,
  if(domain = field(c, f[7]), '', field(c, f[7])) AS domain_raw,
  field(c, f[8]) AS qtype,
  field(c, f[9]) AS status,
  if(field(c, f[10]) = '', [], splitByChar(',', field(c, f[10]))) AS answers,
  if(field(c, f[11]) = '', -1, toInt64(round(toFloat64OrZero(field(c, f[11])) * 1e6))) AS duration
FROM
(
  SELECT record, line, splitByChar('\t', trim(TRAILING '\r' FROM line)) AS c
  FROM {lines:Identifier}
  WHERE NOT startsWith(line, '#')
)
WHERE toUnixTimestamp64Micro(ts) > 0 AND src_ip != ''
