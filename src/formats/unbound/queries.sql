-- question: which DNS queries, replies and local actions does this Unbound log hold?
-- params:   lines Identifier (record, line); notAfter Int64: newest time possible, for dates without a year
-- returns:  record, raw, and the columns of `network` that the claim names
WITH
  -- `ADDRESS NAME TYPE CLASS` (log-queries), followed by `RCODE SECONDS CACHED BYTES` (log-replies);
  -- `ZONE ACTION ADDRESS@PORT NAME TYPE CLASS` (log-local-actions, RPZ)
  splitByWhitespace(extract(line, ' (?:info|query|reply): (.*)$')) AS w,
  arrayFirstIndex(x -> position(x, '@') > 0 AND match(x, '^[0-9A-Fa-f.:]+@[0-9]+$'), w) AS local,
  if(local > 0, splitByChar('@', w[local])[1], w[1]) AS client,
  if(local > 0, w[local + 1], w[2]) AS name,
  w[if(local > 0, local + 3, 4)] AS class
SELECT
  record,
  line AS raw,
  if(startsWith(line, '['), epochTime(extract(line, '^\\[([0-9.]+)\\]')), logTime(substring(line, 1, 64), {notAfter:Int64})) AS ts,
  'dns' AS kind,
  addressOf(client) AS src_ip,
  if(local > 0, toUInt16OrZero(splitByChar('@', w[local])[2]), 0) AS src_port,
  'dns' AS service,
  nameOf(name) AS domain,
  if(domain = name, '', name) AS domain_raw,
  w[if(local > 0, local + 2, 3)] AS qtype,
  multiIf(local > 0, w[local - 1], length(w) >= 8, w[5], '') AS status,
  multiIf(local = 0, '', match(w[local - 1], '^(rpz-)?(always_)?(deny|refuse|redirect|static|nxdomain|nodata|null|drop|local-data|local_data|cname-override|inform_deny|inform_redirect)$'), 'blocked', '') AS action,
  if(local = 0 AND length(w) >= 8 AND match(w[6], '^[0-9]+([.][0-9]+)?$'), toInt64(round(toFloat64OrZero(w[6]) * 1e6)), -1) AS duration
FROM {lines:Identifier}
WHERE position(line, 'unbound') > 0 AND class IN ('IN', 'CH', 'HS', 'ANY') AND src_ip != '' AND toUnixTimestamp64Micro(ts) > 0
