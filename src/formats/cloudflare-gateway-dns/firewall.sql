-- question: which DNS queries does this Cloudflare DNS log (Logpush datasets dns_logs and dns_firewall_logs) hold?
-- params:   lines Identifier (record, line)
-- returns:  record, raw, and the columns of `network` that the claim names
SELECT
  record,
  line AS raw,
  anyTime(j.Timestamp) AS ts,
  'dns' AS kind,
  '' AS device,
  '' AS user,
  addressOf(j.SourceIP) AS src_ip,
  0 AS src_port,
  '' AS dst_ip,
  0 AS dst_port,
  multiIf(j.QueryTCP IS NULL, '', assumeNotNull(j.QueryTCP), 'tcp', 'udp') AS transport,
  'dns' AS service,
  nameOf(j.QueryName) AS domain,
  if(domain = j.QueryName, '', j.QueryName) AS domain_raw,
  if(j.QueryType > 0, qtypeName(j.QueryType), '') AS qtype,
  if(coalesce(j.ResponseCode, j.ClientResponseCode) IS NULL, '', rcodeName(assumeNotNull(coalesce(j.ResponseCode, j.ClientResponseCode)))) AS status,
  '' AS action,
  emptyArrayString() AS answers
FROM
(
  SELECT
    record,
    line,
    JSONExtract(line, 'Tuple(Timestamp String, SourceIP String, QueryTCP Nullable(Bool), QueryName String, QueryType UInt16, ResponseCode Nullable(Int16), ClientResponseCode Nullable(Int16))') AS j
  FROM {lines:Identifier}
)
WHERE toUnixTimestamp64Micro(ts) > 0 AND j.QueryName != ''
