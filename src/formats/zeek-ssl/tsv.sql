-- question: which TLS handshakes does this Zeek ssl.log (TSV with #fields) hold?
-- params:   lines Identifier (record, line); f: positions of ts, id.orig_h, id.orig_p, id.resp_h, id.resp_p, server_name,
--           resumed, established, ja3, ja4, cert_chain_fps (0: the log lacks it);
--           n: columns of a whole record; labelled, separator, sets, unset, empty: how the header says values are written
-- returns:  record, raw, and the columns of `network` that the claim names
WITH
  {f:Array(UInt32)} AS f,
  (fields, at) -> if(at = 0 OR fields[at] IN ({unset:String}, {empty:String}), '', fields[at]) AS field,
  splitByString({sets:String}, field(c, f[11]))[1] AS leaf
SELECT
  record,
  line AS raw,
  zeekTime(field(c, f[1])) AS ts,
  'tls' AS kind,
  addressOf(field(c, f[2])) AS src_ip,
  toUInt16OrZero(field(c, f[3])) AS src_port,
  addressOf(field(c, f[4])) AS dst_ip,
  toUInt16OrZero(field(c, f[5])) AS dst_port,
  'ssl' AS service,
  nameOf(zeekText(field(c, f[6]))) AS domain,
  if(domain = field(c, f[6]), '', field(c, f[6])) AS domain_raw,
  multiIf(field(c, f[7]) = 'T', 'resumed', field(c, f[8]) = 'T', 'established', field(c, f[8]) = 'F', 'not established', '') AS status,
  lower(field(c, f[9])) AS ja3,
  lower(field(c, f[10])) AS ja4,
  if(match(leaf, '^[0-9A-Fa-f]{40}$'), lower(leaf), '') AS cert_sha1,
  if(match(leaf, '^[0-9A-Fa-f]{64}$'), lower(leaf), '') AS cert_sha256
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
