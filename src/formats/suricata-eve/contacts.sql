-- question: which flows, TLS and QUIC handshakes, HTTP requests and alerts does this Suricata EVE log hold?
-- params:   lines Identifier (record, line)
-- returns:  record, raw, and the columns of `network` that the claim names
WITH
  -- an alert carries the packet that raised it, which may be the server’s: Suricata 7 says so (direction, flow.src_ip)
  j.event_type = 'alert' AND (j.flow.src_ip != '' AND j.flow.src_ip != j.src_ip OR j.flow.src_ip = '' AND (j.direction = 'to_client' OR j.direction = '' AND j.src_port < 1024 AND j.dest_port >= 1024)) AS swapped,
  -- what the event says of the application, also inside an alert
  multiIf(j.event_type != 'alert', j.event_type, j.http.hostname != '' OR j.http.url != '', 'http', j.tls.sni != '' OR j.tls.fingerprint != '' OR j.tls.ja3.hash != '', 'tls', j.quic.sni != '', 'quic', notEmpty(j.dns.query) OR notEmpty(j.dns.queries), 'dns', 'flow') AS shape,
  multiIf(shape = 'http', j.http.hostname, shape = 'tls', j.tls.sni, shape = 'quic', j.quic.sni, shape = 'dns', if(notEmpty(j.dns.queries), j.dns.queries[1].rrname, j.dns.query[1].rrname), '') AS name
SELECT
  record,
  line AS raw,
  isoTime(if(j.event_type = 'flow' AND j.flow.start != '', j.flow.start, j.timestamp)) AS ts,
  if(j.event_type = 'flow', greatest(isoTime(j.flow.`end`), toDateTime64(0, 6, 'UTC')), toDateTime64(0, 6, 'UTC')) AS ts_end,
  multiIf(shape IN ('http', 'dns', 'flow'), shape, 'tls') AS kind,
  lower(if(swapped, j.ether.dest_mac, if(j.ether.src_mac = '', j.ether.src_macs[1], j.ether.src_mac))) AS src_mac,
  addressOf(if(swapped, j.dest_ip, j.src_ip)) AS src_ip,
  if(swapped, j.dest_port, j.src_port) AS src_port,
  addressOf(if(swapped, j.src_ip, j.dest_ip)) AS dst_ip,
  if(swapped, j.src_port, j.dest_port) AS dst_port,
  if(shape = 'quic', 'quic', lower(j.proto)) AS transport,
  multiIf(shape != 'flow', shape, j.app_proto IN ('failed', 'unknown'), '', j.app_proto) AS service,
  if(shape = 'http', httpUrl(j.http.http_method, j.http.hostname, j.http.url, dst_ip, if(j.http.http_port > 0, j.http.http_port, dst_port)), '') AS url,
  nameOf(if(shape = 'http', httpHost(j.http.http_method, name, j.http.url), name)) AS domain,
  if(name IN ('', domain), '', name) AS domain_raw,
  '' AS qtype,
  multiIf(j.event_type = 'alert', j.alert.signature, shape = 'http', if(j.http.status = 0, '', toString(j.http.status)), shape = 'flow', j.flow.state, shape = 'tls' AND j.tls.session_resumed = 'true', 'resumed', '') AS status,
  if(j.alert.action IN ('allowed', 'blocked'), j.alert.action, '') AS action,
  []::Array(String) AS answers,
  -- an alert counts the bytes of the flow up to that moment: the flow’s own event has them all
  if(j.event_type = 'flow', toInt64(ifNull(j.flow.bytes_toserver, -1)), toInt64(-1)) AS bytes_out,
  multiIf(j.event_type = 'flow', toInt64(ifNull(j.flow.bytes_toclient, -1)), j.event_type = 'http', toInt64(ifNull(j.http.length, -1)), toInt64(-1)) AS bytes_in,
  if(j.event_type = 'flow' AND ts_end >= ts, toUnixTimestamp64Micro(ts_end) - toUnixTimestamp64Micro(ts), toInt64(-1)) AS duration,
  j.http.http_refer AS referrer,
  if(j.http.http_user_agent = '', j.quic.ua, j.http.http_user_agent) AS user_agent,
  lower(if(j.tls.ja3.hash = '', j.quic.ja3.hash, j.tls.ja3.hash)) AS ja3,
  lower(if(j.tls.ja4 = '', j.quic.ja4, j.tls.ja4)) AS ja4,
  if(match(j.tls.fingerprint, '^([0-9A-Fa-f]{2}:){19}[0-9A-Fa-f]{2}$'), lower(replaceAll(j.tls.fingerprint, ':', '')), '') AS cert_sha1,
  '' AS event_key
FROM
(
  SELECT
    record,
    line,
    JSONExtract(line, 'Tuple(timestamp String, event_type String, src_ip String, src_port UInt16, dest_ip String, dest_port UInt16, proto String, app_proto String, direction String, ether Tuple(src_mac String, dest_mac String, src_macs Array(String)), flow Tuple(bytes_toserver Nullable(UInt64), bytes_toclient Nullable(UInt64), start String, `end` String, state String, src_ip String), http Tuple(hostname String, http_port UInt16, url String, http_method String, http_user_agent String, http_refer String, status UInt16, length Nullable(UInt64)), tls Tuple(sni String, fingerprint String, session_resumed String, ja3 Tuple(hash String), ja4 String), quic Tuple(sni String, ua String, ja3 Tuple(hash String), ja4 String), dns Tuple(query Array(Tuple(rrname String)), queries Array(Tuple(rrname String))), alert Tuple(action String, signature String))') AS j
  FROM {lines:Identifier}
  -- JSONExtract would take the elements of an array for the fields of the tuple; look-ups are another part’s
  WHERE NOT startsWith(trimLeft(line), '[') AND position(line, '"event_type":"dns"') = 0
)
WHERE j.event_type IN ('flow', 'http', 'tls', 'quic', 'alert') AND toUnixTimestamp64Micro(ts) > 0 AND src_ip != ''
