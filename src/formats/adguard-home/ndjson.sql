-- question: which DNS queries does this AdGuard Home query log hold?
-- params:   lines Identifier (record, line)
-- returns:  record, raw, and the columns of `network` that the claim names
WITH tryBase64Decode(j.Answer) AS message
SELECT
  record,
  line AS raw,
  isoTime(j.T) AS ts,
  'dns' AS kind,
  j.CID AS device,
  addressOf(j.IP) AS src_ip,
  -- '' is plain DNS; else doh, dot, doq, dnscrypt
  if(j.CP = '', 'dns', j.CP) AS service,
  nameOf(j.QH) AS domain,
  if(domain = j.QH, '', j.QH) AS domain_raw,
  j.QT AS qtype,
  if(length(message) < 12, '', rcodeName(byteAt(message, 4) % 16)) AS status,
  -- reason 7: safe search answers with another address of the same service; it is filtered, not blocked
  if(j.Result.IsFiltered AND j.Result.Reason != 7, 'blocked', 'allowed') AS action,
  dnsAddresses(message) AS answers,
  if(j.Elapsed > 0, intDiv(j.Elapsed, 1000), -1) AS duration
FROM
(
  SELECT
    record,
    line,
    JSONExtract(line, 'Tuple(T String, QH String, QT String, CP String, IP String, CID String, Answer String, Result Tuple(IsFiltered Bool, Reason Int32), Elapsed Int64)') AS j
  FROM {lines:Identifier}
)
WHERE toUnixTimestamp64Micro(ts) > 0 AND j.QH != '' AND j.QT != ''
