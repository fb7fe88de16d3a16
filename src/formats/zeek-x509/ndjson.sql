-- question: which certificates does this Zeek x509.log (NDJSON) hold?
-- params:   lines Identifier (record, line)
-- returns:  record, raw, and the columns of `network` that the claim names
SELECT
  record,
  line AS raw,
  zeekTime(j.ts) AS ts,
  'tls' AS kind,
  'x509' AS service,
  if(match(j.fingerprint, '^[0-9A-Fa-f]{40}$'), lower(j.fingerprint), '') AS cert_sha1,
  if(match(j.fingerprint, '^[0-9A-Fa-f]{64}$'), lower(j.fingerprint), '') AS cert_sha256
FROM
(
  SELECT
    record,
    line,
    JSONExtract(line, 'Tuple(ts String, fingerprint String, `certificate.serial` String)') AS j
  FROM {lines:Identifier}
  -- JSONExtract would take the elements of an array for the fields of the tuple
  WHERE NOT startsWith(trimLeft(line), '[')
)
WHERE toUnixTimestamp64Micro(ts) > 0 AND (j.fingerprint != '' OR j.`certificate.serial` != '')
