-- question: which requests does this Squid access log (native format) hold?
-- params:   lines Identifier (record, line)
-- returns:  record, raw, and the columns of `network` that the claim names
WITH
  -- time elapsed client result/status bytes method URL user hierarchy/peer type ["referrer" "agent"]
  splitByWhitespace(if(match(line, '^[0-9]'), line, extract(line, '[ :]([0-9]{9,10}[.][0-9]{3} .*)$'))) AS w,
  epochTime(w[1]) AS logged,
  if(toInt64OrZero(w[2]) BETWEEN 0 AND 2592000000, toInt64OrZero(w[2]) * 1000, 0) AS elapsed,
  splitByChar('/', w[4]) AS result,
  w[6] AS method,
  if(w[7] LIKE 'error:%', '', w[7]) AS target,
  connectOrUrlHost(method, target) AS host,
  if(position(line, '"') = 0, emptyArrayString(), extractGroups(line, ' "([^"]*)" "([^"]*)"\\s*$')) AS quoted
SELECT
  record,
  line AS raw,
  subtractMicroseconds(logged, elapsed) AS ts,
  logged AS ts_end,
  'http' AS kind,
  if(w[8] = '-', '', w[8]) AS user,
  addressOf(w[3]) AS src_ip,
  if(src_ip = '', lower(w[3]), '') AS src_host,
  if(addressOf(host) = '', host, '') AS domain,
  -- of a URL the name as written stands in `url`
  if(method = 'CONNECT' AND domain != '' AND domain != replaceRegexpOne(target, ':[0-9]*$', ''), replaceRegexpOne(target, ':[0-9]*$', ''), '') AS domain_raw,
  if(method = 'CONNECT', '', target) AS url,
  -- a peer is another proxy; only these name the server itself
  multiIf(addressOf(host) != '', addressOf(host), match(w[9], '^(HIER_DIRECT|DIRECT|ORIGINAL_DST|PINNED)/'), addressOf(substring(w[9], position(w[9], '/') + 1)), '') AS dst_ip,
  connectOrUrlPort(method, target) AS dst_port,
  'tcp' AS transport,
  if(method = 'CONNECT', 'connect', if(position(target, '://') > 0, lower(substring(target, 1, position(target, '://') - 1)), 'http')) AS service,
  if(result[2] = '000', w[4], result[2]) AS status,
  multiIf(position(result[1], 'DENIED') > 0, 'blocked', target = '', '', 'allowed') AS action,
  if(match(w[5], '^[0-9]+$'), toInt64OrZero(w[5]), -1) AS bytes_in,
  if(match(w[2], '^[0-9]+$'), elapsed, -1) AS duration,
  if(quoted[1] = '-', '', quoted[1]) AS referrer,
  if(quoted[2] = '-', '', quoted[2]) AS user_agent
FROM {lines:Identifier}
WHERE toUnixTimestamp64Micro(ts) > 0 AND length(w) >= 9 AND match(w[4], '^[A-Z_]+/[0-9]{3}$') AND position(w[9], '/') > 0 AND (src_ip != '' OR src_host != '-')
