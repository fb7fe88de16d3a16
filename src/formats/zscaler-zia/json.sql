-- question: which requests, sessions and queries does this Zscaler NSS feed (JSON) hold?
-- params:   lines Identifier (record, line)
-- returns:  record, raw, and the columns of `network` that the claim names
-- Written for the engine as cef/events.sql is: what differs between the feeds is chosen as text first, and then read once.
WITH
  -- what the templates write where there is nothing
  x -> if(trim(BOTH '" ' FROM x) IN ('None', 'NA', 'N/A', 'Unknown', '-', '0.0.0.0'), '', trim(BOTH '" ' FROM x)) AS given
SELECT
  arrayJoin(arrayWithConstant(toUInt8(toUnixTimestamp64Micro(ts) > 0 AND (domain != '' OR dst_ip != '') AND if(shape = 'http', j.url != '' AND (j.ClientIP != '' OR j.clientpublicIP != ''), src_ip != '')), record)) AS record,
  line AS raw,
  if(counted, arrayMap(x -> anyTime(x), if(counted, [time], []))[1], arrayMap(x -> ctimeTime(x), if(counted, [], [time]))[1]) AS ts,
  shape AS kind,
  given(j.devicehostname) AS device,
  -- traffic without a sign-in bears the name of its location
  if(j.user IN (j.location, j.locationname), '', given(j.user)) AS user,
  addressOf(from_ip) AS src_ip,
  if(shape = 'flow', toUInt16OrZero(j.csport), 0) AS src_port,
  addressOf(to_ip) AS dst_ip,
  if(shape = 'http', arrayMap(u -> connectOrUrlPort('', u), if(url = '', [], [url]))[1], toUInt16OrZero(to_port)) AS dst_port,
  multiIf(shape = 'flow', lower(given(j.proto)), shape = 'http', 'tcp', '') AS transport,
  multiIf(shape = 'dns', 'dns', shape = 'flow', lower(given(j.nwsvc)), given(j.protocol) = '', 'http', lower(j.protocol)) AS service,
  nameOf(name) AS domain,
  if(domain = name, '', name) AS domain_raw,
  url,
  given(j.dns_reqtype) AS qtype,
  multiIf(shape = 'http', given(j.status), shape = 'dns' AND answer = '', given(j.dns_resp), '') AS status,
  multiIf(match(verdict, 'block|drop|reset|deny'), 'blocked', match(verdict, 'allow'), 'allowed', '') AS action,
  if(answer = '', emptyArrayString(), [answer]) AS answers,
  ifNull(toInt64OrNull(if(shape = 'flow', j.outbytes, j.requestsize)), -1) AS bytes_out,
  ifNull(toInt64OrNull(if(shape = 'flow', j.inbytes, j.responsesize)), -1) AS bytes_in,
  ifNull(toInt64OrNull(j.durationms) * 1000, -1) AS duration,
  if(shape = 'flow', greatest(toUInt32OrZero(j.numsessions), 1), 1) AS hits,
  if(shape = 'http', given(j.refererURL), '') AS referrer,
  if(shape = 'http', given(j.useragent), '') AS user_agent
FROM
(
  SELECT
    *,
    multiIf(shape = 'dns', j.clt_sip, shape = 'flow', j.csip, isIPv4String(client) OR isIPv6String(client), client, given(j.clientpublicIP)) AS from_ip,
    multiIf(shape = 'dns', given(j.srv_dip), shape = 'flow', if(server != '', server, given(j.cdip)), given(j.serverip)) AS to_ip,
    multiIf(shape = 'dns', j.srv_dport, server != '', j.sdport, j.cdport) AS to_port,
    -- a feed writes `%s{host}` and the URL without its scheme
    multiIf(shape = 'dns', j.dns_req, shape = 'flow', '', hostname != '', hostname, extract(target, '^(?:[A-Za-z][A-Za-z0-9+.-]*://)?([^/:?#]+)')) AS name,
    multiIf(shape != 'http' OR target = '', '', position(target, '://') > 0, target, concat(if(upper(j.protocol) IN ('HTTP', 'HTTP_PROXY', 'FTP'), lower(substringIndex(j.protocol, '_', 1)), 'https'), '://', target)) AS url,
    if(shape = 'dns', addressOf(j.dns_resp), '') AS answer
  FROM
  (
    SELECT
      *,
      multiIf(j.dns_req != '', 'dns', j.csip != '', 'flow', 'http') AS shape,
      if(j.datetime = '', j.time, j.datetime) AS time,
      j.datetime != '' AND match(j.datetime, '^[0-9]') AS counted,
      given(j.ClientIP) AS client,
      given(j.sdip) AS server,
      given(j.hostname) AS hostname,
      given(j.url) AS target,
      lower(concat(j.action, ' ', j.reqaction, ' ', j.resaction)) AS verdict
    FROM
    (
      SELECT
        record,
        line,
        arrayJoin([if(position(line, '"event"') > 0, JSONExtract(line, 'event', 'Tuple(datetime String, time String, ClientIP String, clientpublicIP String, user String, location String, deviceowner String, devicehostname String, url String, hostname String, protocol String, action String, status String, refererURL String, useragent String, requestsize String, responsesize String, serverip String, csip String, csport String, cdip String, cdport String, sdip String, sdport String, nwsvc String, proto String, inbytes String, outbytes String, durationms String, numsessions String, clt_sip String, srv_dip String, srv_dport String, dns_req String, dns_reqtype String, dns_resp String, reqaction String, resaction String, locationname String)'), JSONExtract(line, 'Tuple(datetime String, time String, ClientIP String, clientpublicIP String, user String, location String, deviceowner String, devicehostname String, url String, hostname String, protocol String, action String, status String, refererURL String, useragent String, requestsize String, responsesize String, serverip String, csip String, csport String, cdip String, cdport String, sdip String, sdport String, nwsvc String, proto String, inbytes String, outbytes String, durationms String, numsessions String, clt_sip String, srv_dip String, srv_dport String, dns_req String, dns_reqtype String, dns_resp String, reqaction String, resaction String, locationname String)'))]) AS j
      FROM {lines:Identifier}
      -- JSONExtract would take the elements of an array for the fields of the tuple
      WHERE NOT startsWith(trimLeft(line), '[')
    )
  )
)
