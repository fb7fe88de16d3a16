-- question: which sessions does this Cloudflare Gateway network log (Logpush dataset gateway_network) hold?
-- params:   lines Identifier (record, line)
-- returns:  record, raw, and the columns of `network` that the claim names
SELECT
  record,
  line AS raw,
  anyTime(j.Datetime) AS ts,
  'flow' AS kind,
  if(j.DeviceName != '', j.DeviceName, j.DeviceID) AS device,
  j.Email AS user,
  -- SourceIP is the address of the network, where there is an internal one
  if(addressOf(j.SourceInternalIP) != '', addressOf(j.SourceInternalIP), addressOf(j.SourceIP)) AS src_ip,
  j.SourcePort AS src_port,
  addressOf(j.DestinationIP) AS dst_ip,
  j.DestinationPort AS dst_port,
  lower(j.Transport) AS transport,
  lower(j.DetectedProtocol) AS service,
  nameOf(j.SNI) AS domain,
  if(domain = j.SNI, '', j.SNI) AS domain_raw,
  multiIf(startsWith(lower(j.Action), 'block'), 'blocked', j.Action != '', 'allowed', '') AS action
FROM
(
  SELECT
    record,
    line,
    JSONExtract(line, 'Tuple(Datetime String, DeviceName String, DeviceID String, Email String, SourceIP String, SourceInternalIP String, SourcePort UInt16, DestinationIP String, DestinationPort UInt16, Transport String, DetectedProtocol String, SNI String, Action String)') AS j
  FROM {lines:Identifier}
  -- JSONExtract would take the elements of an array for the fields of the tuple
  WHERE NOT startsWith(trimLeft(line), '[')
)
WHERE toUnixTimestamp64Micro(ts) > 0 AND src_ip != '' AND transport != '' AND (dst_ip != '' OR domain != '')
