-- question: which QUIC handshakes does this Zeek quic.log (NDJSON) hold?
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
  'quic' AS transport,
  'quic' AS service,
  nameOf(zeekText(j.server_name)) AS domain,
  if(domain = j.server_name, '', j.server_name) AS domain_raw
FROM
(
  SELECT
    record,
    line,
    JSONExtract(line, 'Tuple(ts String, `id.orig_h` String, `id.orig_p` UInt16, `id.resp_h` String, `id.resp_p` UInt16, server_name String)') AS j
  FROM {lines:Identifier}
  -- JSONExtract would take the elements of an array for the fields of the tuple
  WHERE NOT startsWith(trimLeft(line), '[')
)
WHERE toUnixTimestamp64Micro(ts) > 0 AND src_ip != ''
