-- question: which flows, requests and alerts does this Meraki log hold?
-- params:   lines Identifier (record, line)
-- returns:  record, raw, and the columns of `network` that the claim names
-- Written for the engine as cef/events.sql is.
SELECT
  arrayJoin(arrayWithConstant(toUInt8(toUnixTimestamp64Micro(ts) > 0 AND src_ip != '' AND (shape != 'urls' OR url != '')), record)) AS record,
  line AS raw,
  epochTime(g[1]) AS ts,
  if(url != '', 'http', 'flow') AS kind,
  -- the client’s, but in alerts; `client_mac` in newer firmware
  if(alert AND m['url'] = '', '', lower(m['mac'])) AS src_mac,
  ips[if(reply, 2, 1)] AS src_ip,
  ports[if(reply, 2, 1)] AS src_port,
  ips[if(reply, 1, 2)] AS dst_ip,
  ports[if(reply, 1, 2)] AS dst_port,
  lower(extract(m['protocol'], '^[A-Za-z0-9]+')) AS transport,
  lower(extract(url, '^[A-Za-z][A-Za-z0-9+.-]*')) AS service,
  arrayMap(u -> connectOrUrlHost('', u), if(url = '', [], [url]))[1] AS domain,
  url,
  if(alert, trim(BOTH ' \r' FROM if(position(line, ' message: ') > 0, extract(line, ' message: (.*)$'), m['name'])), '') AS status,
  multiIf(
    match(g[3], '^(allow|deny|block) '), if(startsWith(g[3], 'allow'), 'allowed', 'blocked'),
    m['action'] = 'block' OR match(pattern, '^ pattern: (deny|block)'), 'blocked',
    m['action'] = 'allow' OR startsWith(pattern, ' pattern: allow'), 'allowed',
    '') AS action,
  m['agent'] AS user_agent
FROM
(
  SELECT
    *,
    -- an alert is about a packet, which may be the server’s
    alert AND isReply(ports[1], ports[2]) AS reply
  FROM
  (
    SELECT
      *,
      arrayMap(x -> addressOf(x), bare) AS ips,
      arrayMap((x, y, p) -> toUInt16OrZero(if(x != y, extract(x, ':([0-9]{1,5})$'), p)), ends, bare, [m['sport'], m['dport']]) AS ports
    FROM
    (
      SELECT
        *,
        g[2] AS shape,
        g[2] IN ('ids-alerts', 'security_event') AS alert,
        if(g[2] = 'urls', extract(line, ' request: [A-Z]+ (\\S+)'), m['url']) AS url,
        if(position(line, ' pattern: ') = 0, '', substring(line, position(line, ' pattern: '), 16)) AS pattern,
        [m['src'], m['dst']] AS ends,
        -- an address with its port: 192.0.2.1:443, 2001:db8:…:1:443 after eight groups, [2001:db8::1]:443
        arrayMap(x -> if(isIPv4String(x) OR isIPv6String(x), x, trim(BOTH '[]' FROM replaceRegexpOne(x, ':[0-9]{1,5}$', ''))), ends) AS bare
      FROM
      (
        SELECT
          *,
          arrayJoin([extractKeyValuePairs(substring(line, position(line, g[2])), '=', ' ', '\'')]) AS m
        FROM
        (
          SELECT
            record,
            line,
            arrayJoin([extractGroups(line, '(?:^|[ >])([0-9]{10}\\.[0-9]{1,9}) \\S+ (flows|urls|firewall|[a-z_]+_firewall|ip_flow_start|ip_flow_end|ids-alerts|security_event) (.{0,16})')]) AS g
          FROM {lines:Identifier}
          WHERE position(line, ' src=') > 0
        )
        WHERE length(g) = 3
      )
    )
  )
)
