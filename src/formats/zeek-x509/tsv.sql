-- question: which certificates does this Zeek x509.log (TSV with #fields) hold?
-- params:   lines Identifier (record, line); f: positions of ts, fingerprint, certificate.serial (0: the log lacks it);
--           n: columns of a whole record; separator, unset, empty: how the header says values are written
-- returns:  record, raw, and the columns of `network` that the claim names
WITH
  {f:Array(UInt32)} AS f,
  (fields, at) -> if(at = 0 OR fields[at] IN ({unset:String}, {empty:String}), '', fields[at]) AS field,
  field(c, f[2]) AS fingerprint
SELECT
  record,
  line AS raw,
  zeekTime(field(c, f[1])) AS ts,
  'tls' AS kind,
  'x509' AS service,
  if(match(fingerprint, '^[0-9A-Fa-f]{40}$'), lower(fingerprint), '') AS cert_sha1,
  if(match(fingerprint, '^[0-9A-Fa-f]{64}$'), lower(fingerprint), '') AS cert_sha256
FROM
(
  SELECT record, line, splitByString({separator:String}, trim(TRAILING '\r' FROM line)) AS c
  FROM {lines:Identifier}
  WHERE NOT startsWith(line, '#')
)
WHERE length(c) >= {n:UInt32} AND toUnixTimestamp64Micro(ts) > 0 AND (fingerprint != '' OR field(c, f[3]) != '')
