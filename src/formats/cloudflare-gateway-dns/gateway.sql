-- question: which DNS queries does this Cloudflare Gateway DNS log (Logpush dataset gateway_dns) hold?
-- params:   lines Identifier (record, line)
-- returns:  record, raw, and the columns of `network` that the claim names
SELECT
  record,
  line AS raw,
  anyTime(j.Datetime) AS ts,
  'dns' AS kind,
  if(j.DeviceName != '', j.DeviceName, j.DeviceID) AS device,
  j.Email AS user,
  addressOf(j.SrcIP) AS src_ip,
  j.SrcPort AS src_port,
  addressOf(j.DstIP) AS dst_ip,
  j.DstPort AS dst_port,
  -- Protocol is udp, tcp, or what carries encrypted DNS
  multiIf(lower(j.Protocol) IN ('udp', 'tcp'), lower(j.Protocol), lower(j.Protocol) IN ('https', 'doh', 'tls', 'dot'), 'tcp', '') AS transport,
  multiIf(lower(j.Protocol) IN ('https', 'doh'), 'doh', lower(j.Protocol) IN ('tls', 'dot'), 'dot', 'dns') AS service,
  nameOf(j.QueryName) AS domain,
  if(domain = j.QueryName, '', j.QueryName) AS domain_raw,
  multiIf(j.QueryTypeName != '', j.QueryTypeName, j.QueryType > 0, qtypeName(j.QueryType), '') AS qtype,
  if(j.RCode IS NULL, '', rcodeName(assumeNotNull(j.RCode))) AS status,
  multiIf(startsWith(j.ResolverDecision, 'block'), 'blocked', j.ResolverDecision != '', 'allowed', '') AS action,
  arrayFilter(x -> x != '', arrayMap(x -> addressOf(x), j.ResolvedIPs)) AS answers
FROM
(
  SELECT
    record,
    line,
    JSONExtract(line, 'Tuple(Datetime String, DeviceName String, DeviceID String, Email String, SrcIP String, SrcPort UInt16, DstIP String, DstPort UInt16, Protocol String, QueryName String, QueryTypeName String, QueryType UInt16, ResolverDecision String, ResolvedIPs Array(String), RCode Nullable(Int16))') AS j
  FROM {lines:Identifier}
)
WHERE toUnixTimestamp64Micro(ts) > 0 AND j.QueryName != ''
