-- question: which contacts do these LEEF events name?
-- params:   lines Identifier (record, line); notAfter Int64: newest time possible, for syslog heads without a year
-- returns:  record, raw, and the columns of `network` that the claim names
-- Written for the engine as cef/events.sql is.
SELECT
  arrayJoin(arrayWithConstant(toUInt8(toUnixTimestamp64Micro(ts) > 0 AND (dst_ip != '' OR domain != '')), record)) AS record,
  line AS raw,
  ts,
  if(url != '', 'http', 'flow') AS kind,
  arrayFirst(x -> x != '', [m['usrname'], m['accountname']]) AS user,
  lower(arrayFirst(x -> x != '', [m['identhostname'], m['srchostname'], m['shost']])) AS src_host,
  if(length(mac) = 17 AND match(mac, '^([0-9a-f]{2}:){5}[0-9a-f]{2}$'), mac, '') AS src_mac,
  addressOf(from_ip) AS src_ip,
  toUInt16OrZero(m['srcport']) AS src_port,
  dst_ip,
  if(to_port != '', toUInt16OrZero(to_port), arrayMap(u -> connectOrUrlPort('', u), if(to_port = '' AND url != '', [url], []))[1]) AS dst_port,
  if(match(protocol, '^[0-9]{1,3}$'), protocolName(toUInt8OrZero(protocol)), lower(protocol)) AS transport,
  lower(arrayFirst(x -> x != '', [m['app'], m['application'], m['service']])) AS service,
  domain,
  if(domain = name OR domain = '', '', name) AS domain_raw,
  url,
  if(m['reason'] != '', m['reason'], h[5]) AS status,
  multiIf(
    verdict = '', '',
    match(verdict, 'block|den(y|ied)|drop|reset|reject|quarantine|sinkhole|prevent'), 'blocked',
    match(verdict, 'allow|permit|accept|pass|alert|detect|forward'), 'allowed',
    '') AS action,
  ifNull(toInt64OrNull(m['srcbytes']), -1) AS bytes_out,
  ifNull(toInt64OrNull(m['dstbytes']), -1) AS bytes_in
FROM
(
  SELECT
    *,
    multiIf(url != '' AND host = '', extract(url, '^(?:[A-Za-z][A-Za-z0-9+.-]*://)?(?:[^/?#@]*@)?([^/:?#]+)'), isIPv4String(host) OR isIPv6String(host), '', host) AS name,
    if(isIPv4String(name) OR isIPv6String(name), '', nameOf(name)) AS domain,
    addressOf(to_ip) AS dst_ip,
    if(toUnixTimestamp64Micro(told) > 0, told, arrayMap(head -> logTime(head, {notAfter:Int64}), if(toUnixTimestamp64Micro(told) > 0, [], [substring(line, 1, at - 1)]))[1]) AS ts
  FROM
  (
    SELECT
      *,
      eventTime(m['devtime']) AS told,
      arrayFirst(x -> x != '', [m['dsthost'], m['dsthostname'], m['dhost'], m['domain'], m['fqdn'], if(match(m['dst'], '^[A-Za-z0-9_-]+([.][A-Za-z0-9_-]+)*[.][A-Za-z][A-Za-z0-9-]+[.]?$'), m['dst'], '')]) AS host,
      arrayFirst(x -> x != '', [m['url'], m['request']]) AS url,
      arrayFirst(x -> x != '', [m['src'], m['identsrc']]) AS from_ip,
      arrayFirst(x -> x != '', [m['dst'], host]) AS to_ip,
      m['dstport'] AS to_port,
      arrayFirst(x -> x != '', [m['proto'], m['protocol']]) AS protocol,
      lower(replaceAll(arrayFirst(x -> x != '', [m['srcmac'], m['identmac']]), '-', ':')) AS mac,
      lower(arrayFirst(x -> x != '', [m['action'], m['act']])) AS verdict
    FROM
    (
      SELECT
        *,
        arrayJoin([mapFromArrays(arrayMap(p -> lower(trim(BOTH ' ' FROM substringIndex(p, '=', 1))), pairs), arrayMap(p -> trim(BOTH ' ' FROM substring(p, position(p, '=') + 1)), pairs))]) AS m
      FROM
      (
        SELECT
          *,
          multiIf(match(spec, '^0?x'), char(reinterpretAsUInt8(reverse(unhex(right(spec, 2))))), spec = '', '\t', spec) AS mark,
          if(mark = '\t' OR position(body, mark) = 0, splitByChar('\t', body), splitByChar('\x1F', replaceAll(body, mark, '\x1F'))) AS pairs
        FROM
        (
          SELECT
            *,
            -- 2.0 names the character between pairs, as it is or by its code; without, and in 1.0, it is a tab
            if(match(h[1], '^LEEF: ?2'), extract(rest, '^((?:0?x[0-9A-Fa-f]{2,4}|[^|\\w\\s]?|\\t)\\|)'), '') AS told_mark,
            trim(TRAILING '|' FROM told_mark) AS spec,
            substring(rest, length(told_mark) + 1) AS body
          FROM
          (
            SELECT
              *,
              splitByChar('|', event, 5) AS h,
              substring(event, length(arrayStringConcat(h, '|')) + 2) AS rest
            FROM
            (
              SELECT
                record,
                line,
                if(startsWith(line, 'LEEF:'), 1, greatest(position(line, ' LEEF:'), position(line, ':LEEF:'), position(line, '>LEEF:')) + 1) AS at,
                trim(TRAILING '\r' FROM substring(line, at)) AS event
              FROM {lines:Identifier}
              WHERE position(line, 'LEEF:') > 0
            )
          )
          WHERE length(h) = 5 AND length(arrayStringConcat(h, '|')) < length(event)
        )
      )
    )
  )
)
