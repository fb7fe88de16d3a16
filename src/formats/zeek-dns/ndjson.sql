-- question: which DNS queries does this Zeek dns.log (NDJSON) hold?
-- params:   lines Identifier (record, line)
-- returns:  record, raw, and the columns of `network` that the claim names
SELECT
  record,
  line AS raw,
  if(j.ts > 0, fromUnixTimestamp64Micro(toInt64(round(j.ts * 1e6))), parseDateTime64BestEffortOrZero(JSONExtractString(line, 'ts'), 6, 'UTC')) AS ts,
  'dns' AS kind,
  j.`id.orig_h` AS src_ip,
  j.`id.orig_p` AS src_port,
  j.`id.resp_h` AS dst_ip,
  j.`id.resp_p` AS dst_port,
  j.proto AS transport,
  'dns' AS service,
  nameOf(j.query) AS domain,
  if(domain = j.query, '', j.query) AS domain_raw,
  j.qtype_name AS qtype,
  j.rcode_name AS status,
  j.answers AS answers,
  if(j.rtt > 0, toInt64(round(j.rtt * 1e6)), -1) AS duration
FROM
(
  SELECT
    record,
    line,
    JSONExtract(line, 'Tuple(ts Float64, `id.orig_h` String, `id.orig_p` UInt16, `id.resp_h` String, `id.resp_p` UInt16, proto String, query String, qtype_name String, rcode_name String, answers Array(String), rtt Float64)') AS j
  FROM {lines:Identifier}
)
WHERE toUnixTimestamp64Micro(ts) > 0 AND j.`id.orig_h` != ''
