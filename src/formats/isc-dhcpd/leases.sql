-- question: which addresses did this DHCP server hand out, to which MAC addresses and host names?
-- params:   lines Identifier (record, line); notAfter Int64: newest time possible, for dates without a year
-- returns:  record, raw, and the columns of `identity_event` that the claim names
WITH
  position(line, 'DHCPACK ') AS at,
  -- DHCPACK on 192.0.2.7 to aa:… (host) via eth0 …; DHCPACK to 192.0.2.7 (aa:…) via eth0, which answers DHCPINFORM
  extractGroups(line, 'DHCPACK (?:on|to) ([0-9.]+) (?:to )?\\(?([0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5})\\)?(?: \\(([^)]*)\\))?') AS ack,
  -- r-l-e:address,state,host,MAC,start,end,…
  splitByChar(',', extract(line, 'r-l-e:(.*)$')) AS event
SELECT
  record,
  line AS raw,
  if(at > 0, logTime(substring(line, 1, at - 1), {notAfter:Int64}), epochTime(event[5])) AS ts,
  multiIf(
    at = 0, epochTime(event[6]),
    match(line, ' lease-duration [0-9]{1,9}( |$)'), ts + toIntervalSecond(toUInt32OrZero(extract(line, ' lease-duration ([0-9]{1,9})'))),
    toDateTime64(0, 6, 'UTC')) AS ts_end,
  'lease' AS kind,
  addressOf(if(at > 0, ack[1], event[1])) AS ip,
  lower(if(at > 0, ack[2], event[4])) AS mac,
  lower(if(at > 0, ack[3], event[3])) AS host
FROM {lines:Identifier}
WHERE (position(line, 'DHCPACK ') > 0 OR position(line, 'r-l-e:') > 0 AND lower(event[2]) IN ('issued', 'renewed', 'fixed'))
  AND toUnixTimestamp64Micro(ts) > 0 AND ip != '' AND match(mac, '^([0-9a-f]{2}:){5}[0-9a-f]{2}$')
