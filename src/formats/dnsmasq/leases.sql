-- question: which addresses did this dnsmasq hand out, to which MAC addresses and host names?
-- params:   lines Identifier (record, line); notAfter Int64: newest time possible, for dates without a year
-- returns:  record, raw, and the columns of `identity_event` that the claim names
WITH splitByWhitespace(extract(line, ' DHCPACK\\(\\S*\\) (.*)$')) AS lease
SELECT
  record,
  line AS raw,
  logTime(substring(line, 1, position(line, ' dnsmasq-dhcp') - 1), {notAfter:Int64}) AS ts,
  'lease' AS kind,
  addressOf(lease[1]) AS ip,
  lower(lease[2]) AS mac,
  lower(lease[3]) AS host
FROM {lines:Identifier}
WHERE position(line, ' DHCPACK(') > 0 AND toUnixTimestamp64Micro(ts) > 0 AND ip != '' AND match(mac, '^([0-9a-f]{2}:){5}[0-9a-f]{2}$')
