-- question: which DNS queries does this NextDNS log (CSV download) hold?
-- params:   lines Identifier (record, line); f Array(UInt32): positions of timestamp, domain, query_type, protocol,
--           client_ip, status, device_id, device_name, device_local_ip (0: the log lacks it)
-- returns:  record, raw, and the columns of `network` that the claim names
WITH
  {f:Array(UInt32)} AS f,
  (c, at) -> if(at = 0, '', trim(BOTH ' ' FROM c[at])) AS field,
  lower(field(c, f[4])) AS protocol
SELECT
  record,
  line AS raw,
  anyTime(field(c, f[1])) AS ts,
  'dns' AS kind,
  if(field(c, f[8]) != '', field(c, f[8]), field(c, f[7])) AS device,
  -- client_ip is the public address; behind a router that runs the NextDNS client the local one is the device's own
  if(addressOf(field(c, f[9])) != '', addressOf(field(c, f[9])), addressOf(field(c, f[5]))) AS src_ip,
  multiIf(protocol IN ('udp', 'tcp'), protocol, '') AS transport,
  multiIf(endsWith(protocol, 'https') OR protocol = 'doh', 'doh', endsWith(protocol, 'tls') OR protocol = 'dot', 'dot', endsWith(protocol, 'quic') OR protocol = 'doq', 'doq', 'dns') AS service,
  nameOf(field(c, f[2])) AS domain,
  if(domain = field(c, f[2]), '', field(c, f[2])) AS domain_raw,
  field(c, f[3]) AS qtype,
  field(c, f[6]) AS status,
  multiIf(lower(status) = 'blocked', 'blocked', lower(status) IN ('allowed', 'default'), 'allowed', '') AS action
FROM
(
  SELECT record, line, csvFields(line, ',') AS c
  FROM {lines:Identifier}
)
-- a line that is cut off must not give a name that is cut off
WHERE toUnixTimestamp64Micro(ts) > 0 AND domain != '' AND length(c) >= arrayMax(f)
