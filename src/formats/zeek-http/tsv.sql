-- question: which HTTP requests does this Zeek http.log (TSV with #fields) hold?
-- params:   lines Identifier (record, line); f: positions of ts, id.orig_h, id.orig_p, id.resp_h, id.resp_p, method, host,
--           uri, referrer, user_agent, username, status_code, request_body_len, response_body_len (0: the log lacks it);
--           n: columns of a whole record; labelled, separator, sets, unset, empty: how the header says values are written
-- returns:  record, raw, and the columns of `network` that the claim names
WITH
  {f:Array(UInt32)} AS f,
  (fields, at) -> if(at = 0 OR fields[at] IN ({unset:String}, {empty:String}), '', fields[at]) AS field,
  zeekText(field(c, f[7])) AS host,
  zeekText(field(c, f[8])) AS uri
SELECT
  record,
  line AS raw,
  zeekTime(field(c, f[1])) AS ts,
  'http' AS kind,
  zeekText(field(c, f[11])) AS user,
  addressOf(field(c, f[2])) AS src_ip,
  toUInt16OrZero(field(c, f[3])) AS src_port,
  addressOf(field(c, f[4])) AS dst_ip,
  toUInt16OrZero(field(c, f[5])) AS dst_port,
  'http' AS service,
  httpUrl(field(c, f[6]), host, uri, dst_ip, dst_port) AS url,
  nameOf(httpHost(field(c, f[6]), host, uri)) AS domain,
  if(host IN ('', domain), '', field(c, f[7])) AS domain_raw,
  field(c, f[12]) AS status,
  ifNull(toInt64OrNull(field(c, f[13])), -1) AS bytes_out,
  ifNull(toInt64OrNull(field(c, f[14])), -1) AS bytes_in,
  zeekText(field(c, f[9])) AS referrer,
  zeekText(field(c, f[10])) AS user_agent
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
