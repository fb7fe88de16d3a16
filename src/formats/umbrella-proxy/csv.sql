-- question: which requests does this Cisco Umbrella proxy log (CSV) hold?
-- params:   lines Identifier (record, line); f Array(UInt32): positions of timestamp, identity, internal ip, external ip,
--           destination ip, action, url, referer, user agent, status code, request size, response size, type of the
--           identity, identities, identity types (0: the log lacks it)
-- returns:  record, raw, and the columns of `network` that the claim names
WITH
  {f:Array(UInt32)} AS f,
  (c, at) -> if(at = 0, '', trim(BOTH ' ' FROM c[at])) AS field,
  splitByString(',', field(c, f[15])) AS types,
  splitByString(',', field(c, f[14])) AS identities,
  length(types) = length(identities) AS paired
SELECT
  record,
  line AS raw,
  isoTime(field(c, f[1])) AS ts,
  'http' AS kind,
  trim(BOTH ' ' FROM multiIf(umbrellaDevice(field(c, f[13])), field(c, f[2]), paired, identities[arrayFirstIndex(t -> umbrellaDevice(t), types)], '')) AS device,
  trim(BOTH ' ' FROM multiIf(umbrellaUser(field(c, f[13])), field(c, f[2]), paired, identities[arrayFirstIndex(t -> umbrellaUser(t), types)], '')) AS user,
  if(addressOf(field(c, f[3])) != '', addressOf(field(c, f[3])), addressOf(field(c, f[4]))) AS src_ip,
  addressOf(field(c, f[5])) AS dst_ip,
  connectOrUrlPort('', url) AS dst_port,
  'tcp' AS transport,
  lower(extract(url, '^[A-Za-z][A-Za-z0-9+.-]*')) AS service,
  connectOrUrlHost('', url) AS domain,
  field(c, f[7]) AS url,
  field(c, f[10]) AS status,
  multiIf(lower(field(c, f[6])) = 'blocked', 'blocked', lower(field(c, f[6])) IN ('allowed', 'proxied', 'isolated', 'warned'), 'allowed', '') AS action,
  toInt64OrNull(field(c, f[11])) AS out,
  toInt64OrNull(field(c, f[12])) AS back,
  ifNull(out, -1) AS bytes_out,
  ifNull(back, -1) AS bytes_in,
  field(c, f[8]) AS referrer,
  field(c, f[9]) AS user_agent
FROM
(
  SELECT record, line, csvFields(line, ',') AS c
  FROM {lines:Identifier}
)
-- a line that is cut off must not give a URL that is cut off: every version has a field behind it
WHERE toUnixTimestamp64Micro(ts) > 0 AND domain != '' AND length(c) > f[7]
