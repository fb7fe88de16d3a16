-- question: which queries does this AdGuard DNS log hold?
-- params:   lines Identifier (record, line)
-- returns:  record, raw, and the columns of `network` that the claim names
SELECT
  record,
  line AS raw,
  fromUnixTimestamp64Micro(if(j.t BETWEEN 1 AND 4102444800000, j.t * 1000, 0), 'UTC') AS ts,
  'dns' AS kind,
  j.i AS device,
  addressOf(j.ip) AS src_ip,
  -- p: 3 HTTPS, 4 QUIC, 5 TLS, 8 plain, 9 DNSCrypt
  transform(j.p, [3, 4, 5], ['tcp', 'quic', 'tcp'], '') AS transport,
  transform(j.p, [3, 4, 5, 9], ['doh', 'doq', 'dot', 'dnscrypt'], 'dns') AS service,
  nameOf(j.n) AS domain,
  if(domain = j.n, '', j.n) AS domain_raw,
  if(j.q > 0, qtypeName(j.q), '') AS qtype,
  if(j.r IS NULL, '', rcodeName(assumeNotNull(j.r))) AS status,
  -- f: 1 nothing done, 2 question blocked, 3 answer blocked, 4 and 5 let through by a rule, 6 rewritten
  multiIf(j.f IN (2, 3), 'blocked', j.f IN (1, 4, 5, 6), 'allowed', '') AS action,
  if(j.e IS NULL, -1, assumeNotNull(j.e) * 1000) AS duration,
  if(j.u = '', '', concat('adguard-dns ', j.u)) AS event_key
FROM
(
  SELECT
    record,
    line,
    JSONExtract(line, 'Tuple(t Int64, i String, ip String, p UInt8, n String, q UInt16, r Nullable(UInt16), f UInt8, e Nullable(UInt32), u String)') AS j
  FROM {lines:Identifier}
  -- JSONExtract would take the elements of an array for the fields of the tuple
  WHERE NOT startsWith(trimLeft(line), '[')
)
WHERE toUnixTimestamp64Micro(ts) > 0 AND domain != ''
