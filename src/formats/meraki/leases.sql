-- question: which addresses did this Meraki appliance hand out by DHCP or to VPN clients, and to whom?
-- params:   lines Identifier (record, line)
-- returns:  record, raw, and the columns of `identity_event` that the claim names
SELECT
  record,
  line AS raw,
  epochTime(extract(line, '(?:^|[ >])([0-9]{10}\\.[0-9]{1,9}) \\S+ events ')) AS ts,
  'lease' AS kind,
  addressOf(if(position(line, ' dhcp lease of ip ') > 0, extract(line, ' dhcp lease of ip (\\S+)'), extract(line, ' local ip (\\S+)'))) AS ip,
  lower(extract(line, ' for client mac ([0-9A-Fa-f:]{17})')) AS mac,
  lower(trim(BOTH '\'' FROM extract(line, ' with hostname +(\\S+)'))) AS host,
  extract(line, ' user id \'([^\']*)\'') AS user
FROM {lines:Identifier}
WHERE position(line, ' events ') > 0 AND (position(line, ' dhcp lease of ip ') > 0 OR match(line, 'vpn_connect .* local ip \\S+ (re)?connected from '))
  AND toUnixTimestamp64Micro(ts) > 0 AND ip != '' AND (mac != '' OR user != '')
