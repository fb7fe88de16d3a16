-- question: which contacts do these CEF events name?
-- params:   lines Identifier (record, line); notAfter Int64: newest time possible, for syslog heads without a year
-- returns:  record, raw, and the columns of `network` that the claim names
-- Written for the engine: each step is a query of its own (aliases made of aliases are written out: 0.9 s before the first line); lines
-- are dropped by arrayJoin (WHERE works the columns out a second time); what few lines need runs over an array that is empty in the
-- others (in a branch of multiIf the nested conditions of logTime cost ten times the rest).
SELECT
  arrayJoin(arrayWithConstant(least(toUnixTimestamp64Micro(ts) > 0, notEmpty(concat(dst_ip, domain))), record)) AS record,
  line AS raw,
  ts,
  if(finish >= ts AND toUnixTimestamp64Micro(finish) > 0, finish, toDateTime64(0, 6, 'UTC')) AS ts_end,
  multiIf(url != '', 'http', asked, 'dns', 'flow') AS kind,
  m['suser'] AS user,
  lower(m['shost']) AS src_host,
  if(length(mac) = 17 AND match(mac, '^([0-9a-f]{2}:){5}[0-9a-f]{2}$'), mac, '') AS src_mac,
  addressOf(from_ip) AS src_ip,
  toUInt16OrZero(m['spt']) AS src_port,
  dst_ip,
  if(to_port != '', toUInt16OrZero(to_port), arrayMap(u -> connectOrUrlPort('', u), if(to_port = '' AND url != '', [url], []))[1]) AS dst_port,
  if(match(protocol, '^[0-9]{1,3}$'), protocolName(toUInt8OrZero(protocol)), lower(protocol)) AS transport,
  lower(m['app']) AS service,
  domain,
  if(domain = name OR domain = '', '', name) AS domain_raw,
  url,
  if(asked, upper(m['InfobloxDNSQType']), '') AS qtype,
  multiIf(asked AND m['InfobloxDNSRCode'] != '', m['InfobloxDNSRCode'], m['reason'] != '', m['reason'], replaceAll(replaceAll(h[6], '\\|', '|'), '\\\\', '\\')) AS status,
  multiIf(
    verdict IN ('', 'unknown'), '',
    match(verdict, 'block|den(y|ied)|drop|reset|reject|quarantine|sinkhole|prevent'), 'blocked',
    match(verdict, 'allow|permit|accept|pass|alert|detect|forward'), 'allowed',
    '') AS action,
  -- the standard counts `in` from source to destination; PAN-OS writes there what the client received
  ifNull(toInt64OrNull(m[if(h[2] = 'Palo Alto Networks', 'out', 'in')]), -1) AS bytes_out,
  ifNull(toInt64OrNull(m[if(h[2] = 'Palo Alto Networks', 'in', 'out')]), -1) AS bytes_in,
  greatest(toUInt32OrZero(m['cnt']), 1) AS hits,
  if(match(context, '^https?://'), context, '') AS referrer,
  m['requestClientApplication'] AS user_agent
FROM
(
  SELECT
    *,
    addressOf(to_ip) AS dst_ip,
    if(isIPv4String(name) OR isIPv6String(name), '', nameOf(name)) AS domain,
    if(toUnixTimestamp64Micro(began) > 0 AND began <= noticed, began, noticed) AS ts
  FROM
  (
    SELECT
      *,
      multiIf(host != '' AND NOT isIPv4String(host) AND NOT isIPv6String(host), host, url != '', extract(url, '^(?:[A-Za-z][A-Za-z0-9+.-]*://)?(?:[^/?#@]*@)?([^/:?#]+)'), '') AS name,
      multiIf(m['dst'] != '', m['dst'], m['c6a3'] != '', m['c6a3'], host) AS to_ip,
      multiIf(
        toUnixTimestamp64Micro(received) > 0, received,
        toUnixTimestamp64Micro(began) > 0, began,
        toUnixTimestamp64Micro(finish) > 0, finish,
        arrayMap(head -> logTime(head, {notAfter:Int64}), if(greatest(toUnixTimestamp64Micro(received), toUnixTimestamp64Micro(began), toUnixTimestamp64Micro(finish)) > 0, [], [substring(line, 1, at - 1)]))[1]) AS noticed
    FROM
    (
      SELECT
        *,
        arrayMap(x -> eventTime(x), [m['start'], m['rt'], m['end']]) AS times,
        times[1] AS began,
        times[2] AS received,
        times[3] AS finish,
        -- some products write the name of the destination to dst
        arrayFirst(x -> x != '', [m['dhost'], m['destinationDnsDomain'], if(match(m['dst'], '^[A-Za-z0-9_-]+([.][A-Za-z0-9_-]+)*[.][A-Za-z][A-Za-z0-9-]+[.]?$'), m['dst'], '')]) AS host,
        m['request'] AS url,
        m['dpt'] AS to_port,
        m['proto'] AS protocol,
        m['requestContext'] AS context,
        if(m['src'] != '', m['src'], m['c6a2']) AS from_ip,
        lower(replaceAll(m['smac'], '-', ':')) AS mac,
        lower(m['act']) AS verdict,
        -- the data connector of Infoblox names the question so
        m['destinationDnsDomain'] != '' AND lower(m['app']) = 'dns' AS asked
      FROM
      (
        SELECT
          *,
          arrayJoin([mapFromArrays(arrayMap(p -> substringIndex(p, '=', 1), pairs), arrayMap(p -> trim(BOTH ' ' FROM substring(p, position(p, '=') + 1)), pairs))]) AS m
        FROM
        (
          SELECT
            record,
            line,
            at,
            h,
            -- A key stands behind a blank; U+001F parts the pairs. In values a backslash hides = | and itself (U+001E, U+001D meanwhile).
            splitByChar('\x1F', translate(replaceRegexpAll(concat(' ', replaceAll(replaceAll(replaceAll(translate(substring(event, length(arrayStringConcat(h, '|')) + 2), '\x1D\x1E\x1F', '   '), '\\\\', '\x1D'), '\\=', '\x1E'), '\\|', '|')), '\\s+([A-Za-z][A-Za-z0-9_.\\[\\]-]*)=', '\x1F\\1='), '\x1D\x1E', '\\=')) AS pairs
          FROM
          (
            SELECT
              record,
              line,
              at,
              event,
              -- version, vendor, product, product version, signature, name, severity; a backslash hides | and itself, which is rare
              if(
                arrayExists(x -> endsWith(x, '\\'), splitByChar('|', event, 7)),
                extractGroups(event, '^(CEF: ?[0-9.]+)\\|((?:[^|\\\\]|\\\\.)*)\\|((?:[^|\\\\]|\\\\.)*)\\|((?:[^|\\\\]|\\\\.)*)\\|((?:[^|\\\\]|\\\\.)*)\\|((?:[^|\\\\]|\\\\.)*)\\|((?:[^|\\\\]|\\\\.)*)\\|'),
                splitByChar('|', event, 7)) AS h
            FROM
            (
              SELECT
                record,
                line,
                if(startsWith(line, 'CEF:'), 1, greatest(position(line, ' CEF:'), position(line, ':CEF:'), position(line, '>CEF:')) + 1) AS at,
                trim(TRAILING '\r' FROM substring(line, at)) AS event
              FROM {lines:Identifier}
              WHERE position(line, 'CEF:') > 0
            )
          )
          WHERE length(h) = 7 AND match(h[1], '^CEF: ?[0-9.]+$') AND length(arrayStringConcat(h, '|')) < length(event)
        )
      )
    )
  )
)
