-- question: which HTTP requests does this Zeek http.log (NDJSON) hold?
-- params:   lines Identifier (record, line)
-- returns:  record, raw, and the columns of `network` that the claim names
WITH
  zeekText(j.host) AS host,
  zeekText(j.uri) AS uri
SELECT
  record,
  line AS raw,
  zeekTime(j.ts) AS ts,
  'http' AS kind,
  zeekText(j.username) AS user,
  addressOf(j.`id.orig_h`) AS src_ip,
  j.`id.orig_p` AS src_port,
  addressOf(j.`id.resp_h`) AS dst_ip,
  j.`id.resp_p` AS dst_port,
  'http' AS service,
  httpUrl(j.method, host, uri, dst_ip, dst_port) AS url,
  nameOf(httpHost(j.method, host, uri)) AS domain,
  if(host IN ('', domain), '', j.host) AS domain_raw,
  if(j.status_code = 0, '', toString(j.status_code)) AS status,
  toInt64(ifNull(j.request_body_len, -1)) AS bytes_out,
  toInt64(ifNull(j.response_body_len, -1)) AS bytes_in,
  zeekText(j.referrer) AS referrer,
  zeekText(j.user_agent) AS user_agent
FROM
(
  SELECT
    record,
    line,
    JSONExtract(line, 'Tuple(ts String, `id.orig_h` String, `id.orig_p` UInt16, `id.resp_h` String, `id.resp_p` UInt16, method String, host String, uri String, referrer String, user_agent String, username String, status_code UInt16, request_body_len Nullable(UInt64), response_body_len Nullable(UInt64))') AS j
  FROM {lines:Identifier}
  -- JSONExtract would take the elements of an array for the fields of the tuple
  WHERE NOT startsWith(trimLeft(line), '[')
)
WHERE toUnixTimestamp64Micro(ts) > 0 AND src_ip != ''
