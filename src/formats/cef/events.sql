-- question: which contacts do these CEF events name?
-- params:   lines Identifier (record, line); notAfter Int64: newest time possible, for syslog heads without a year
-- returns:  record, raw, and the columns of `network` that the claim names
WITH
  -- a backslash hides = | and itself in values
  k -> replaceAll(replaceAll(replaceAll(m[k], '\\=', '='), '\\|', '|'), '\\\\', '\\') AS field,
  eventTime(field('start')) AS began,
  multiIf(toUnixTimestamp64Micro(eventTime(field('rt'))) > 0, eventTime(field('rt')), toUnixTimestamp64Micro(began) > 0, began, toUnixTimestamp64Micro(eventTime(field('end'))) > 0, eventTime(field('end')), logTime(substring(line, 1, at - 1), {notAfter:Int64})) AS noticed,
  eventTime(field('end')) AS finish,
  if(field('dhost') != '', field('dhost'), field('destinationDnsDomain')) AS host,
  field('request') AS target,
  multiIf(host != '' AND addressOf(host) = '', host, target != '', extract(target, '^(?:[A-Za-z][A-Za-z0-9+.-]*://)?(?:[^/?#@]*@)?([^/:?#]+)'), '') AS name,
  lower(field('act')) AS verdict,
  field('proto') AS protocol
SELECT
  record,
  line AS raw,
  if(toUnixTimestamp64Micro(began) > 0 AND began <= noticed, began, noticed) AS ts,
  if(toUnixTimestamp64Micro(finish) > 0 AND finish >= ts, finish, toDateTime64(0, 6, 'UTC')) AS ts_end,
  if(target != '', 'http', 'flow') AS kind,
  field('suser') AS user,
  lower(field('shost')) AS src_host,
  if(match(field('smac'), '^([0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}$'), lower(replaceAll(field('smac'), '-', ':')), '') AS src_mac,
  addressOf(if(field('src') != '', field('src'), field('c6a2'))) AS src_ip,
  toUInt16OrZero(field('spt')) AS src_port,
  addressOf(multiIf(field('dst') != '', field('dst'), field('c6a3') != '', field('c6a3'), host)) AS dst_ip,
  if(field('dpt') != '', toUInt16OrZero(field('dpt')), connectOrUrlPort('', target)) AS dst_port,
  if(match(protocol, '^[0-9]{1,3}$'), protocolName(toUInt8OrZero(protocol)), lower(protocol)) AS transport,
  lower(field('app')) AS service,
  if(addressOf(name) = '', nameOf(name), '') AS domain,
  if(domain = name OR domain = '', '', name) AS domain_raw,
  target AS url,
  if(field('reason') != '', field('reason'), g[6]) AS status,
  multiIf(match(verdict, 'block|den(y|ied)|drop|reset|reject|quarantine|sinkhole|prevent'), 'blocked', match(verdict, 'allow|permit|accept|pass|alert|detect|forward'), 'allowed', '') AS action,
  ifNull(toInt64OrNull(field('in')), -1) AS bytes_out,
  ifNull(toInt64OrNull(field('out')), -1) AS bytes_in,
  greatest(toUInt32OrZero(field('cnt')), 1) AS hits,
  if(match(field('requestContext'), '^https?://'), field('requestContext'), '') AS referrer,
  field('requestClientApplication') AS user_agent
FROM
(
  SELECT
    record,
    line,
    if(startsWith(line, 'CEF:'), 1, greatest(position(line, ' CEF:'), position(line, ':CEF:'), position(line, '>CEF:')) + 1) AS at,
    -- version, vendor, product, product version, signature, name, severity, extension
    extractGroups(substring(line, at), '^CEF: ?([0-9.]+)\\|((?:[^|\\\\]|\\\\.)*)\\|((?:[^|\\\\]|\\\\.)*)\\|((?:[^|\\\\]|\\\\.)*)\\|((?:[^|\\\\]|\\\\.)*)\\|((?:[^|\\\\]|\\\\.)*)\\|((?:[^|\\\\]|\\\\.)*)\\|(.*?)\\r?$') AS g,
    splitByChar('\x1F', replaceRegexpAll(concat(' ', replaceAll(g[8], '\x1F', ' ')), '\\s+([A-Za-z][A-Za-z0-9_.\\[\\]-]*)=', '\x1F\\1=')) AS pairs,
    mapFromArrays(arrayMap(p -> substringIndex(p, '=', 1), pairs), arrayMap(p -> trim(BOTH ' ' FROM substring(p, position(p, '=') + 1)), pairs)) AS m
  FROM {lines:Identifier}
  WHERE position(line, 'CEF:') > 0
)
WHERE length(g) = 8 AND toUnixTimestamp64Micro(ts) > 0 AND (dst_ip != '' OR domain != '')
