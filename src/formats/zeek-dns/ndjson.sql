-- question: which DNS queries does this Zeek dns.log (NDJSON) hold?
-- params:   lines Identifier (record, line)
-- returns:  record, raw, and the columns of `network` that the claim names
SELECT
  record,
  line AS raw,
  -- a number is read as one; a log with ISO times is rare and is looked at twice
  if(j.ts > 0 AND j.ts < 1e10, fromUnixTimestamp64Micro(toInt64(round(j.ts * 1e6)), 'UTC'), zeekTime(JSONExtractString(line, 'ts'))) AS ts,
  'dns' AS kind,
  addressOf(j.`id.orig_h`) AS src_ip,
  j.`id.orig_p` AS src_port,
  addressOf(j.`id.resp_h`) AS dst_ip,
  j.`id.resp_p` AS dst_port,
  lower(j.proto) AS transport,
  'dns' AS service,
  nameOf(zeekText(j.query)) AS domain,
  if(domain = j.query, '', j.query) AS domain_raw,
  j.qtype_name AS qtype,
  j.rcode_name AS status,
  arrayMap(a -> answerOf(zeekText(a)), j.answers) AS answers,
  if(j.rtt > 0 AND j.rtt < 1e9, toInt64(round(j.rtt * 1e6)), -1) AS duration
FROM
(
  SELECT
    record,
    line,
    JSONExtract(line, 'Tuple(ts Float64, `id.orig_h` String, `id.orig_p` UInt16, `id.resp_h` String, `id.resp_p` UInt16, proto String, query String, qtype_name String, rcode_name String, answers Array(String), rtt Float64)') AS j
  FROM {lines:Identifier}
  -- JSONExtract would take the elements of an array for the fields of the tuple
  WHERE NOT match(line, '^[[:space:]]*[[]')
)
WHERE toUnixTimestamp64Micro(ts) > 0 AND src_ip != ''
