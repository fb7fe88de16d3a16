-- question: which sessions, requests and threats does this PAN-OS log (CSV) hold?
-- params:   lines Identifier (record, line)
-- returns:  record, raw, and the columns of `network` that the claim names
WITH
  -- 1 reserved, received, serial, type, 5 subtype, config, generated, source, destination, 10 NAT source, NAT destination, rule,
  -- source user, destination user, 15 application, vsys, from, to, in, 20 out, log action, logged, session, repeat count,
  -- 25 source port, port, NAT ports, flags, 30 protocol, action; TRAFFIC: 32 bytes, sent, received, packets, 36 start, elapsed,
  -- … 47 session end reason; THREAT: 32 URL or file, threat, category, … 47 user agent, 50 referer
  c[4] = 'TRAFFIC' AS traffic,
  c[4] IN ('THREAT', 'URL') AND c[5] IN ('url', 'URL') OR c[4] = 'URL' AS web,
  NOT traffic AND NOT web AND (c[5] IN ('dns', 'spyware') AND startsWith(c[15], 'dns')) AND match(c[32], '^[A-Za-z0-9_-]+([.][A-Za-z0-9_-]+)+[.]?$') AS query,
  -- only the high-resolution time (PAN-OS 10.1) states its zone; it stands near the end
  isoTime(arrayFirst(x -> match(x, '^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:.]+[+-][0-9]{2}:[0-9]{2}$'), arraySlice(c, 45))) AS exact,
  if(toUnixTimestamp64Micro(exact) > 0, exact, slashTime(c[7])) AS logged,
  slashTime(c[36]) AS start,
  toUnixTimestamp64Micro(slashTime(c[7])) - toUnixTimestamp64Micro(start) AS lasted,
  traffic AND c[5] != 'start' AND toUnixTimestamp64Micro(start) > 0 AND lasted BETWEEN 0 AND 30 * 86400000000 AS ended,
  multiIf(web, extract(c[32], '^(?:[A-Za-z][A-Za-z0-9+.-]*://)?([^/:?#]+)'), query, c[32], '') AS name
SELECT
  arrayJoin(arrayWithConstant(toUInt8(c[4] IN ('TRAFFIC', 'THREAT', 'URL') AND length(c) >= 38 AND toUnixTimestamp64Micro(logged) > 0 AND src_ip != '' AND dst_ip != ''), record)) AS record,
  line AS raw,
  if(ended, fromUnixTimestamp64Micro(toUnixTimestamp64Micro(logged) - lasted, 'UTC'), logged) AS ts,
  if(ended, logged, toDateTime64(0, 6, 'UTC')) AS ts_end,
  multiIf(web, 'http', query, 'dns', 'flow') AS kind,
  -- without a user the firewall may write the X-Forwarded-For header there
  if(startsWith(c[13], 'x-fwd-for'), '', c[13]) AS user,
  addressOf(c[8]) AS src_ip,
  toUInt16OrZero(c[25]) AS src_port,
  addressOf(c[9]) AS dst_ip,
  toUInt16OrZero(c[26]) AS dst_port,
  lower(c[30]) AS transport,
  lower(c[15]) AS service,
  nameOf(name) AS domain,
  if(domain = name, '', name) AS domain_raw,
  -- written without a scheme
  multiIf(NOT web, '', position(c[32], '://') > 0, c[32], concat(if(dst_port = 443 OR c[15] = 'ssl', 'https://', 'http://'), c[32])) AS url,
  '' AS qtype,
  multiIf(traffic, if(c[47] IN ('n/a', 'unknown'), '', c[47]), web, '', c[33]) AS status,
  multiIf(match(c[31], '(?i)^(allow|alert|continue|override|wildfire-upload|forward)'), 'allowed', match(c[31], '(?i)deny|drop|reset|block|sinkhole'), 'blocked', '') AS action,
  emptyArrayString() AS answers,
  if(traffic, ifNull(toInt64OrNull(c[33]), -1), -1) AS bytes_out,
  if(traffic, ifNull(toInt64OrNull(c[34]), -1), -1) AS bytes_in,
  if(ended, ifNull(toInt64OrNull(c[37]) * 1000000, -1), -1) AS duration,
  greatest(toUInt32OrZero(c[24]), 1) AS hits,
  if(web, c[50], '') AS referrer,
  if(web, c[47], '') AS user_agent,
  '' AS cert_sha256
FROM
(
  SELECT record, line, arrayJoin([csvFields(panRecord(line), ',')]) AS c
  FROM {lines:Identifier}
)
