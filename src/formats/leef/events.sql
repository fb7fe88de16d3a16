-- question: which contacts do these LEEF events name?
-- params:   lines Identifier (record, line); notAfter Int64: newest time possible, for syslog heads without a year
-- returns:  record, raw, and the columns of `network` that the claim names
WITH
  keys -> m[arrayFirst(k -> m[k] != '', keys)] AS field,
  field(['dsthost', 'dsthostname', 'dhost', 'domain', 'fqdn']) AS host,
  field(['url', 'request']) AS target,
  multiIf(target != '' AND host = '', extract(target, '^(?:[A-Za-z][A-Za-z0-9+.-]*://)?(?:[^/?#@]*@)?([^/:?#]+)'), addressOf(host) = '', host, '') AS name,
  lower(field(['action', 'act'])) AS verdict,
  field(['proto', 'protocol']) AS protocol
SELECT
  record,
  line AS raw,
  if(toUnixTimestamp64Micro(eventTime(field(['devtime']))) > 0, eventTime(field(['devtime'])), logTime(substring(line, 1, at - 1), {notAfter:Int64})) AS ts,
  if(target != '', 'http', 'flow') AS kind,
  field(['usrname', 'accountname']) AS user,
  lower(field(['identhostname', 'srchostname', 'shost'])) AS src_host,
  if(match(field(['srcmac', 'identmac']), '^([0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}$'), lower(replaceAll(field(['srcmac', 'identmac']), '-', ':')), '') AS src_mac,
  addressOf(field(['src', 'identsrc'])) AS src_ip,
  toUInt16OrZero(field(['srcport'])) AS src_port,
  addressOf(if(field(['dst']) != '', field(['dst']), host)) AS dst_ip,
  if(field(['dstport']) != '', toUInt16OrZero(field(['dstport'])), connectOrUrlPort('', target)) AS dst_port,
  if(match(protocol, '^[0-9]{1,3}$'), protocolName(toUInt8OrZero(protocol)), lower(protocol)) AS transport,
  lower(field(['app', 'application', 'service'])) AS service,
  if(addressOf(name) = '', nameOf(name), '') AS domain,
  if(domain = name OR domain = '', '', name) AS domain_raw,
  target AS url,
  if(field(['reason']) != '', field(['reason']), h[5]) AS status,
  multiIf(match(verdict, 'block|den(y|ied)|drop|reset|reject|quarantine|sinkhole|prevent'), 'blocked', match(verdict, 'allow|permit|accept|pass|alert|detect|forward'), 'allowed', '') AS action,
  ifNull(toInt64OrNull(field(['srcbytes'])), -1) AS bytes_out,
  ifNull(toInt64OrNull(field(['dstbytes'])), -1) AS bytes_in
FROM
(
  SELECT
    record,
    line,
    if(startsWith(line, 'LEEF:'), 1, greatest(position(line, ' LEEF:'), position(line, ':LEEF:'), position(line, '>LEEF:')) + 1) AS at,
    trim(TRAILING '\r' FROM substring(line, at)) AS event,
    splitByChar('|', event, 6) AS h,
    -- 2.0 names the character between pairs, as it is or by its code; without, and in 1.0, it is a tab
    if(match(h[1], '^LEEF: ?2'), extractGroups(event, '^(?:[^|]*\\|){5}(?:(0?x[0-9A-Fa-f]{2,4}|[^|\\w\\s]?|\\t)\\|)?(.*)$'), ['', extract(event, '^(?:[^|]*\\|){5}(.*)$')]) AS b,
    multiIf(match(b[1], '^0?x'), char(reinterpretAsUInt8(reverse(unhex(right(b[1], 2))))), b[1] = '', '\t', b[1]) AS mark,
    splitByChar('\x1F', replaceAll(b[2], if(position(b[2], mark) > 0, mark, '\t'), '\x1F')) AS pairs,
    mapFromArrays(arrayMap(p -> lower(trim(BOTH ' ' FROM substringIndex(p, '=', 1))), pairs), arrayMap(p -> trim(BOTH ' ' FROM substring(p, position(p, '=') + 1)), pairs)) AS m
  FROM {lines:Identifier}
  WHERE position(line, 'LEEF:') > 0
)
WHERE length(h) >= 6 AND toUnixTimestamp64Micro(ts) > 0 AND (dst_ip != '' OR domain != '')
