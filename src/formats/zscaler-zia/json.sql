-- question: which requests, sessions and queries does this Zscaler NSS feed (JSON) hold?
-- params:   lines Identifier (record, line)
-- returns:  record, raw, and the columns of `network` that the claim names
WITH
  -- what the templates write where there is nothing
  x -> if(trim(BOTH '" ' FROM x) IN ('None', 'NA', 'N/A', 'Unknown', '-', '0.0.0.0'), '', trim(BOTH '" ' FROM x)) AS given,
  multiIf(j.dns_req != '', 'dns', j.csip != '', 'flow', 'http') AS shape,
  -- a feed writes `%s{host}` and the URL without its scheme
  multiIf(shape = 'dns', j.dns_req, shape = 'http', if(given(j.hostname) != '', given(j.hostname), extract(given(j.url), '^(?:[A-Za-z][A-Za-z0-9+.-]*://)?([^/:?#]+)')), '') AS name,
  lower(concat(j.action, ' ', j.reqaction, ' ', j.resaction)) AS verdict
SELECT
  record,
  line AS raw,
  if(j.datetime = '', ctimeTime(j.time), if(match(j.datetime, '^[0-9]'), anyTime(j.datetime), ctimeTime(j.datetime))) AS ts,
  shape AS kind,
  given(j.devicehostname) AS device,
  -- traffic without a sign-in bears the name of its location
  if(j.user IN (j.location, j.locationname), '', given(j.user)) AS user,
  multiIf(shape = 'dns', addressOf(j.clt_sip), shape = 'flow', addressOf(j.csip), addressOf(given(j.ClientIP)) != '', addressOf(j.ClientIP), addressOf(given(j.clientpublicIP))) AS src_ip,
  if(shape = 'flow', toUInt16OrZero(j.csport), 0) AS src_port,
  multiIf(shape = 'dns', addressOf(given(j.srv_dip)), shape = 'flow', if(given(j.sdip) != '', addressOf(j.sdip), addressOf(given(j.cdip))), addressOf(given(j.serverip))) AS dst_ip,
  multiIf(shape = 'dns', toUInt16OrZero(j.srv_dport), shape = 'flow', if(given(j.sdip) != '', toUInt16OrZero(j.sdport), toUInt16OrZero(j.cdport)), connectOrUrlPort('', url)) AS dst_port,
  multiIf(shape = 'flow', lower(given(j.proto)), shape = 'http', 'tcp', '') AS transport,
  multiIf(shape = 'dns', 'dns', shape = 'flow', lower(given(j.nwsvc)), given(j.protocol) = '', 'http', lower(j.protocol)) AS service,
  nameOf(name) AS domain,
  if(domain = name, '', name) AS domain_raw,
  multiIf(shape != 'http' OR given(j.url) = '', '', position(j.url, '://') > 0, given(j.url), concat(if(upper(j.protocol) IN ('HTTP', 'HTTP_PROXY', 'FTP'), lower(substringIndex(j.protocol, '_', 1)), 'https'), '://', given(j.url))) AS url,
  given(j.dns_reqtype) AS qtype,
  multiIf(shape = 'http', given(j.status), shape = 'dns' AND empty(answers), given(j.dns_resp), '') AS status,
  multiIf(match(verdict, 'block|drop|reset|deny'), 'blocked', match(verdict, 'allow'), 'allowed', '') AS action,
  if(shape = 'dns' AND addressOf(j.dns_resp) != '', [addressOf(j.dns_resp)], emptyArrayString()) AS answers,
  ifNull(if(shape = 'flow', toInt64OrNull(j.outbytes), toInt64OrNull(j.requestsize)), -1) AS bytes_out,
  ifNull(if(shape = 'flow', toInt64OrNull(j.inbytes), toInt64OrNull(j.responsesize)), -1) AS bytes_in,
  ifNull(toInt64OrNull(j.durationms) * 1000, -1) AS duration,
  if(shape = 'flow', greatest(toUInt32OrZero(j.numsessions), 1), 1) AS hits,
  if(shape = 'http', given(j.refererURL), '') AS referrer,
  if(shape = 'http', given(j.useragent), '') AS user_agent
FROM
(
  SELECT
    record,
    line,
    JSONExtract(if(JSONHas(line, 'event'), JSONExtractRaw(line, 'event'), line), 'Tuple(datetime String, time String, ClientIP String, clientpublicIP String, user String, location String, deviceowner String, devicehostname String, url String, hostname String, protocol String, action String, status String, refererURL String, useragent String, requestsize String, responsesize String, serverip String, csip String, csport String, cdip String, cdport String, sdip String, sdport String, nwsvc String, proto String, inbytes String, outbytes String, durationms String, numsessions String, clt_sip String, srv_dip String, srv_dport String, dns_req String, dns_reqtype String, dns_resp String, reqaction String, resaction String, locationname String)') AS j
  FROM {lines:Identifier}
  -- JSONExtract would take the elements of an array for the fields of the tuple
  WHERE NOT startsWith(trimLeft(line), '[')
)
WHERE toUnixTimestamp64Micro(ts) > 0 AND (domain != '' OR dst_ip != '') AND multiIf(shape = 'http', j.url != '' AND (j.ClientIP != '' OR j.clientpublicIP != ''), src_ip != '')
