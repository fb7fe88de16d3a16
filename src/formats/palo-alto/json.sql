-- question: which sessions, requests, queries and threats does this log of Strata Logging Service (JSON) hold?
-- params:   lines Identifier (record, line)
-- returns:  record, raw, and the columns of `network` that the claim names
WITH
  x -> if(x = 'null', '', x) AS given,
  if(j.Subtype = '', j.SubType, j.Subtype) AS subtype,
  j.LogType = 'TRAFFIC' AS traffic,
  j.LogType IN ('THREAT', 'URL') AND (lower(subtype) = 'url' OR j.LogType = 'URL') AS web,
  j.LogType = 'DECRYPTION' AS tls,
  j.LogType = 'DNS' AS query,
  if(toUnixTimestamp64Micro(isoTime(j.TimeGeneratedHighResolution)) > 0, isoTime(j.TimeGeneratedHighResolution), isoTime(j.TimeGenerated)) AS logged,
  isoTime(j.SessionStartTime) AS start,
  traffic AND subtype != 'start' AND toUnixTimestamp64Micro(start) > 0 AND start <= logged AS ended,
  multiIf(web, extract(j.URL, '^(?:[A-Za-z][A-Za-z0-9+.-]*://)?([^/:?#]+)'), tls, given(j.ServerNameIndication), '') AS name
SELECT
  arrayJoin(arrayWithConstant(toUInt8(j.LogType IN ('TRAFFIC', 'THREAT', 'URL', 'DECRYPTION', 'DNS') AND toUnixTimestamp64Micro(logged) > 0 AND src_ip != '' AND dst_ip != ''), record)) AS record,
  line AS raw,
  if(ended, start, logged) AS ts,
  if(ended, logged, toDateTime64(0, 6, 'UTC')) AS ts_end,
  multiIf(web, 'http', query, 'dns', tls, 'tls', 'flow') AS kind,
  if(startsWith(j.SourceUser, 'x-fwd-for'), '', given(j.SourceUser)) AS user,
  addressOf(j.SourceAddress) AS src_ip,
  toUInt16OrZero(j.SourcePort) AS src_port,
  addressOf(if(query, j.DNSResolverIP, j.DestinationAddress)) AS dst_ip,
  toUInt16OrZero(j.DestinationPort) AS dst_port,
  lower(given(j.Protocol)) AS transport,
  if(query, 'dns', lower(given(j.Application))) AS service,
  nameOf(name) AS domain,
  if(domain = name, '', name) AS domain_raw,
  -- written without a scheme
  multiIf(NOT web, '', position(j.URL, '://') > 0, j.URL, concat(if(dst_port = 443 OR j.Application = 'ssl', 'https://', 'http://'), j.URL)) AS url,
  if(query, upper(given(j.RecordType)), '') AS qtype,
  multiIf(traffic, if(j.SessionEndReason IN ('n-a', 'n/a', 'unknown', 'null'), '', j.SessionEndReason), web OR tls OR query, '', given(j.ThreatID)) AS status,
  multiIf(match(j.Action, '(?i)^(allow|alert|continue|override|wildfire-upload|forward)'), 'allowed', match(j.Action, '(?i)deny|drop|reset|block|sinkhole'), 'blocked', '') AS action,
  arrayFilter(x -> x != '', arrayMap(x -> answerOf(x), j.DNSResponse)) AS answers,
  if(traffic, ifNull(toInt64OrNull(j.BytesSent), -1), -1) AS bytes_out,
  if(traffic, ifNull(toInt64OrNull(j.BytesReceived), -1), -1) AS bytes_in,
  if(ended, ifNull(toInt64OrNull(j.SessionDuration) * 1000000, -1), -1) AS duration,
  greatest(toUInt32OrZero(j.RepeatCount), toUInt32OrZero(j.CountOfRepeat), 1) AS hits,
  if(web, given(j.Referer), '') AS referrer,
  if(web, given(j.UserAgent), '') AS user_agent,
  if(tls AND match(j.Fingerprint, '^[0-9A-Fa-f]{64}$'), lower(j.Fingerprint), '') AS cert_sha256
FROM
(
  SELECT
    record,
    line,
    JSONExtract(line, 'Tuple(TimeGenerated String, TimeGeneratedHighResolution String, LogType String, Subtype String, SubType String, SourceAddress String, SourcePort String, SourceUser String, DestinationAddress String, DestinationPort String, DNSResolverIP String, DNSResponse Array(String), RecordType String, Protocol String, Application String, Action String, URL String, FileName String, ThreatID String, SessionEndReason String, SessionStartTime String, SessionDuration String, BytesSent String, BytesReceived String, RepeatCount String, CountOfRepeat String, UserAgent String, Referer String, ServerNameIndication String, Fingerprint String)') AS j
  FROM {lines:Identifier}
  -- JSONExtract would take the elements of an array for the fields of the tuple
  WHERE NOT startsWith(trimLeft(line), '[')
)
