-- question: which TLS handshakes does this Zeek ssl.log (NDJSON) hold?
-- params:   lines Identifier (record, line)
-- returns:  record, raw, and the columns of `network` that the claim names
SELECT
  record,
  line AS raw,
  zeekTime(j.ts) AS ts,
  'tls' AS kind,
  addressOf(j.`id.orig_h`) AS src_ip,
  j.`id.orig_p` AS src_port,
  addressOf(j.`id.resp_h`) AS dst_ip,
  j.`id.resp_p` AS dst_port,
  'ssl' AS service,
  nameOf(zeekText(j.server_name)) AS domain,
  if(domain = j.server_name, '', j.server_name) AS domain_raw,
  multiIf(j.resumed = 'true', 'resumed', j.established = 'true', 'established', j.established = 'false', 'not established', '') AS status,
  lower(j.ja3) AS ja3,
  lower(j.ja4) AS ja4,
  if(match(j.cert_chain_fps[1], '^[0-9A-Fa-f]{40}$'), lower(j.cert_chain_fps[1]), '') AS cert_sha1,
  if(match(j.cert_chain_fps[1], '^[0-9A-Fa-f]{64}$'), lower(j.cert_chain_fps[1]), '') AS cert_sha256
FROM
(
  SELECT
    record,
    line,
    JSONExtract(line, 'Tuple(ts String, `id.orig_h` String, `id.orig_p` UInt16, `id.resp_h` String, `id.resp_p` UInt16, server_name String, resumed String, established String, ja3 String, ja4 String, cert_chain_fps Array(String))') AS j
  FROM {lines:Identifier}
  -- JSONExtract would take the elements of an array for the fields of the tuple
  WHERE NOT startsWith(trimLeft(line), '[')
)
WHERE toUnixTimestamp64Micro(ts) > 0 AND src_ip != ''
