-- question: which DNS queries does this Cisco Umbrella DNS log (CSV) hold?
-- params:   lines Identifier (record, line); f Array(UInt32): positions of timestamp, most granular identity, identities,
--           internal ip, external ip, action, query type, response code, domain, type of the most granular identity,
--           identity types (0: the log lacks it)
-- returns:  record, raw, and the columns of `network` that the claim names
WITH
  {f:Array(UInt32)} AS f,
  (c, at) -> if(at = 0, '', trim(BOTH ' ' FROM c[at])) AS field,
  splitByString(',', field(c, f[11])) AS types,
  splitByString(',', field(c, f[3])) AS identities,
  -- a network or site is where a query came from, not who sent it
  t -> match(t, '(?i)roaming|mobile|computer|device|client|endpoint|chromebook') AND NOT match(t, '(?i)^ *(internal )?network|site') AS isDevice,
  t -> match(t, '(?i)\\busers?\\b') AS isUser,
  length(types) = length(identities) AS paired
SELECT
  record,
  line AS raw,
  isoTime(field(c, f[1])) AS ts,
  'dns' AS kind,
  trim(BOTH ' ' FROM multiIf(isDevice(field(c, f[10])), field(c, f[2]), paired, identities[arrayFirstIndex(t -> isDevice(t), types)], '')) AS device,
  trim(BOTH ' ' FROM multiIf(isUser(field(c, f[10])), field(c, f[2]), paired, identities[arrayFirstIndex(t -> isUser(t), types)], '')) AS user,
  if(addressOf(field(c, f[4])) != '', addressOf(field(c, f[4])), addressOf(field(c, f[5]))) AS src_ip,
  'dns' AS service,
  nameOf(field(c, f[9])) AS domain,
  if(domain = field(c, f[9]), '', field(c, f[9])) AS domain_raw,
  -- `28 (AAAA)`, or Other
  extract(field(c, f[7]), '\\(([^)]+)\\)') AS qtype,
  field(c, f[8]) AS status,
  multiIf(lower(field(c, f[6])) = 'blocked', 'blocked', lower(field(c, f[6])) IN ('allowed', 'proxied'), 'allowed', '') AS action
FROM
(
  SELECT record, line, csvFields(line, ',') AS c
  FROM {lines:Identifier}
)
-- a line that is cut off must not give a name that is cut off: every version has a field behind the domain
WHERE toUnixTimestamp64Micro(ts) > 0 AND domain != '' AND length(c) > f[9]
