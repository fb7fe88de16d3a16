-- question: which requests does this Squid access log (common or combined format) hold?
-- params:   lines Identifier (record, line)
-- returns:  record, raw, and the columns of `network` that the claim names
WITH
  -- client ident user [time] "method target HTTP/1.1" status bytes ["referrer" "agent"] [result:hierarchy]
  extractGroups(line, '(\\S+) \\S+ (\\S+) \\[([^\\]]+)\\] "([A-Z][A-Z_-]*) (\\S*)[^"]*" ([0-9]{3}) (\\S+)(?: "([^"]*)" "([^"]*)")?(?:.* ([A-Z_]+):[A-Z_]+(?:\\s|$))?') AS g,
  connectOrUrlHost(g[4], target) AS host,
  if(g[5] LIKE 'error:%', '', g[5]) AS target
SELECT
  record,
  line AS raw,
  -- `05/Feb/2025:11:30:29 +0100`; seen from log shippers: `02/05/2025 11:30:29`, month first, taken as UTC
  toDateTime64(if(match(g[3], '^[0-9]{2}/[0-9]{2}/'), parseDateTimeOrZero(g[3], '%m/%d/%Y %H:%i:%s', 'UTC'), parseDateTimeOrZero(g[3], '%d/%b/%Y:%H:%i:%s %z', 'UTC')), 6, 'UTC') AS ts,
  ts AS ts_end,
  'http' AS kind,
  if(g[2] = '-', '', g[2]) AS user,
  addressOf(g[1]) AS src_ip,
  if(src_ip = '', lower(g[1]), '') AS src_host,
  if(addressOf(host) = '', host, '') AS domain,
  -- of a URL the name as written stands in `url`
  if(g[4] = 'CONNECT' AND domain != '' AND domain != replaceRegexpOne(target, ':[0-9]*$', ''), replaceRegexpOne(target, ':[0-9]*$', ''), '') AS domain_raw,
  if(g[4] = 'CONNECT', '', target) AS url,
  addressOf(host) AS dst_ip,
  connectOrUrlPort(g[4], target) AS dst_port,
  'tcp' AS transport,
  if(g[4] = 'CONNECT', 'connect', if(position(target, '://') > 0, lower(substring(target, 1, position(target, '://') - 1)), 'http')) AS service,
  if(g[6] = '000' AND g[10] != '', concat(g[10], '/000'), g[6]) AS status,
  multiIf(position(g[10], 'DENIED') > 0, 'blocked', g[10] != '', 'allowed', '') AS action,
  if(match(g[7], '^[0-9]+$'), toInt64OrZero(g[7]), -1) AS bytes_in,
  -1 AS duration,
  if(g[8] = '-', '', g[8]) AS referrer,
  if(g[9] = '-', '', g[9]) AS user_agent
FROM {lines:Identifier}
WHERE g[4] != '' AND toUnixTimestamp64Micro(ts) > 0
