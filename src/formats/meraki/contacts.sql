-- question: which flows, requests and alerts does this Meraki log hold?
-- params:   lines Identifier (record, line)
-- returns:  record, raw, and the columns of `network` that the claim names
WITH
  -- an address with its port: 192.0.2.1:443, 2001:db8:…:1:443 after eight groups, [2001:db8::1]:443
  x -> multiIf(addressOf(x) != '', addressOf(x), addressOf(trim(BOTH '[]' FROM replaceRegexpOne(x, ':[0-9]{1,5}$', '')))) AS host,
  x -> if(addressOf(x) != '', 0, toUInt16OrZero(extract(x, ':([0-9]{1,5})$'))) AS portOf,
  extractKeyValuePairs(substring(line, position(line, g[2])), '=', ' ', '\'') AS m,
  if(portOf(m['src']) > 0, portOf(m['src']), toUInt16OrZero(m['sport'])) AS from_port,
  if(portOf(m['dst']) > 0, portOf(m['dst']), toUInt16OrZero(m['dport'])) AS to_port,
  -- an alert is about a packet, which may be the server’s
  g[2] IN ('ids-alerts', 'security_event') AND isReply(from_port, to_port) AS reply,
  multiIf(g[2] = 'urls', extract(line, ' request: [A-Z]+ (\\S+)'), m['url']) AS target
SELECT
  arrayJoin(arrayWithConstant(toUInt8(length(g) = 3 AND toUnixTimestamp64Micro(ts) > 0 AND src_ip != '' AND (g[2] != 'urls' OR url != '')), record)) AS record,
  line AS raw,
  epochTime(g[1]) AS ts,
  if(target != '', 'http', 'flow') AS kind,
  -- the client’s, but in alerts; `client_mac` in newer firmware
  if(g[2] IN ('ids-alerts', 'security_event') AND m['url'] = '', '', lower(m['mac'])) AS src_mac,
  host(m[if(reply, 'dst', 'src')]) AS src_ip,
  if(reply, to_port, from_port) AS src_port,
  host(m[if(reply, 'src', 'dst')]) AS dst_ip,
  if(reply, from_port, to_port) AS dst_port,
  lower(extract(m['protocol'], '^[A-Za-z0-9]+')) AS transport,
  if(target = '', '', lower(extract(target, '^[A-Za-z][A-Za-z0-9+.-]*'))) AS service,
  connectOrUrlHost('', target) AS domain,
  target AS url,
  if(g[2] IN ('ids-alerts', 'security_event'), trim(BOTH ' \r' FROM if(position(line, ' message: ') > 0, extract(line, ' message: (.*)$'), m['name'])), '') AS status,
  multiIf(match(g[3], '^(allow|deny|block) '), if(startsWith(g[3], 'allow'), 'allowed', 'blocked'), m['action'] = 'block' OR match(line, ' pattern: (deny|block)'), 'blocked', m['action'] = 'allow' OR match(line, ' pattern: allow'), 'allowed', '') AS action,
  m['agent'] AS user_agent
FROM
(
  SELECT
    record,
    line,
    extractGroups(line, '(?:^|[ >])([0-9]{10}\\.[0-9]{1,9}) \\S+ (flows|urls|firewall|[a-z_]+_firewall|ip_flow_start|ip_flow_end|ids-alerts|security_event) (.{0,16})') AS g
  FROM {lines:Identifier}
  WHERE position(line, ' src=') > 0
)
