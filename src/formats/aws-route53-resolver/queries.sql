-- question: which queries does this Route 53 Resolver query log hold?
-- params:   lines Identifier (record, line)
-- returns:  record, raw, and the columns of `network` that the claim names
SELECT
  record,
  line AS raw,
  isoTime(j.query_timestamp) AS ts,
  'dns' AS kind,
  j.srcids.instance AS device,
  addressOf(j.srcaddr) AS src_ip,
  toUInt16OrZero(j.srcport) AS src_port,
  lower(j.transport) AS transport,
  'dns' AS service,
  nameOf(j.query_name) AS domain,
  if(domain = j.query_name, '', j.query_name) AS domain_raw,
  j.query_type AS qtype,
  j.rcode AS status,
  multiIf(j.firewall_rule_action = 'BLOCK', 'blocked', j.firewall_rule_action IN ('ALLOW', 'ALERT'), 'allowed', '') AS action,
  arrayMap(a -> answerOf(a.Rdata), arrayFilter(a -> a.`Type` IN ('A', 'AAAA', 'CNAME') AND a.Rdata != '', j.answers)) AS answers
FROM
(
  SELECT
    record,
    line,
    JSONExtract(line, 'Tuple(query_timestamp String, query_name String, query_type String, rcode String, srcaddr String, srcport String, transport String, srcids Tuple(instance String), firewall_rule_action String, answers Array(Tuple(Rdata String, `Type` String)))') AS j
  FROM {lines:Identifier}
  -- JSONExtract would take the elements of an array for the fields of the tuple
  WHERE NOT startsWith(trimLeft(line), '[')
)
WHERE toUnixTimestamp64Micro(ts) > 0 AND src_ip != '' AND domain != ''
