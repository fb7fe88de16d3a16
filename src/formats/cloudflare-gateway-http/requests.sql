-- question: which requests does this Cloudflare Gateway HTTP log (Logpush dataset gateway_http) hold?
-- params:   lines Identifier (record, line)
-- returns:  record, raw, and the columns of `network` that the claim names
WITH httpHost('', j.HTTPHost, j.URL) AS name
SELECT
  record,
  line AS raw,
  anyTime(j.Datetime) AS ts,
  'http' AS kind,
  if(j.DeviceName != '', j.DeviceName, j.DeviceID) AS device,
  j.Email AS user,
  -- SourceIP is the address of the network, where there is an internal one
  if(addressOf(j.SourceInternalIP) != '', addressOf(j.SourceInternalIP), addressOf(j.SourceIP)) AS src_ip,
  j.SourcePort AS src_port,
  addressOf(j.DestinationIP) AS dst_ip,
  if(j.DestinationPort > 0, j.DestinationPort, connectOrUrlPort('', j.URL)) AS dst_port,
  if(startsWith(upper(j.HTTPVersion), 'HTTP/3'), 'quic', 'tcp') AS transport,
  if(position(j.URL, '://') > 0, lower(extract(j.URL, '^[A-Za-z][A-Za-z0-9+.-]*')), 'http') AS service,
  nameOf(name) AS domain,
  if(domain = name, '', name) AS domain_raw,
  j.URL AS url,
  if(j.HTTPStatusCode > 0, toString(j.HTTPStatusCode), '') AS status,
  multiIf(startsWith(lower(j.Action), 'block'), 'blocked', j.Action != '', 'allowed', '') AS action,
  j.Referer AS referrer,
  j.UserAgent AS user_agent
FROM
(
  SELECT
    record,
    line,
    JSONExtract(line, 'Tuple(Datetime String, DeviceName String, DeviceID String, Email String, SourceIP String, SourceInternalIP String, SourcePort UInt16, DestinationIP String, DestinationPort UInt16, HTTPHost String, HTTPVersion String, HTTPStatusCode UInt16, URL String, Action String, Referer String, UserAgent String)') AS j
  FROM {lines:Identifier}
  -- JSONExtract would take the elements of an array for the fields of the tuple
  WHERE NOT startsWith(trimLeft(line), '[')
)
WHERE toUnixTimestamp64Micro(ts) > 0 AND domain != ''
