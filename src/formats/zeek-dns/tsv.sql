-- question: which DNS queries does this Zeek dns.log (TSV with #fields) hold?
-- params:   lines Identifier (record, line); f: positions of ts, id.orig_h, id.orig_p, id.resp_h, id.resp_p, proto, query,
--           qtype_name, rcode_name, answers, rtt (0: the log lacks it);
--           n: columns of a whole record; labelled, separator, sets, unset, empty: how the header says values are written
-- returns:  record, raw, and the columns of `network` that the claim names
WITH
  {f:Array(UInt32)} AS f,
  (fields, at) -> if(at = 0 OR fields[at] IN ({unset:String}, {empty:String}), '', fields[at]) AS field
SELECT
  record,
  line AS raw,
  zeekTime(field(c, f[1])) AS ts,
  'dns' AS kind,
  addressOf(field(c, f[2])) AS src_ip,
  toUInt16OrZero(field(c, f[3])) AS src_port,
  addressOf(field(c, f[4])) AS dst_ip,
  toUInt16OrZero(field(c, f[5])) AS dst_port,
  lower(field(c, f[6])) AS transport,
  'dns' AS service,
  nameOf(zeekText(field(c, f[7]))) AS domain,
  if(domain = field(c, f[7]), '', field(c, f[7])) AS domain_raw,
  field(c, f[8]) AS qtype,
  field(c, f[9]) AS status,
  if(field(c, f[10]) = '', [], arrayMap(a -> answerOf(zeekText(a)), splitByString({sets:String}, field(c, f[10])))) AS answers,
  if(toFloat64OrZero(field(c, f[11])) > 0 AND toFloat64OrZero(field(c, f[11])) < 1e9, toInt64(round(toFloat64OrZero(field(c, f[11])) * 1e6)), -1) AS duration
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
