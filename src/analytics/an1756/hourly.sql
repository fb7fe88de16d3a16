-- question: what did each subject do at each name or address in each hour, in these sources?
-- params:   sources Array(UInt64)
-- returns:  columns of `hourly`
SELECT
  g.source AS source, g.hour AS hour,
  subjectOf(g.device, multiIf(g.device = '', '', g.device = s.device, s.device_from, 'record'), g.user, g.src_ip, g.src_mac, g.src_host) AS subject,
  g.kind AS kind, g.app AS app, g.process AS process, g.value AS value, g.address AS address, g.port AS port, g.service AS service,
  contacts, failed, odd, bytes_out, bytes_in, minutes, first, last, answers
FROM
(
  SELECT
    source, toDateTime64(toStartOfHour(ts), 6, 'UTC') AS hour, device, user, src_ip, src_mac, src_host, kind, app, process,
    if(domain = '', dst_ip, domain) AS value,
    if(kind = 'dns', '', dst_ip) AS address,
    if(kind = 'dns', 0, dst_port) AS port,
    any(network.service) AS service,
    sum(hits) AS contacts,
    sumIf(hits, action = 'blocked'
      -- Zeek: no answer, refused, reset, half of a handshake; DNS: no such name, or no answer
      OR status IN ('S0', 'REJ', 'RSTO', 'RSTR', 'RSTOS0', 'RSTRH', 'SH', 'SHR', 'NXDOMAIN', 'SERVFAIL', 'REFUSED')) AS failed,
    sumIf(hits, qtype IN ('TXT', 'NULL', 'CNAME', 'MX', 'SRV') OR startsWith(qtype, 'TYPE')) AS odd,
    toUInt64(sum(greatest(network.bytes_out, 0))) AS bytes_out,
    toUInt64(sum(greatest(network.bytes_in, 0))) AS bytes_in,
    groupBitOr(bitShiftLeft(toUInt64(1), toMinute(ts))) AS minutes,
    min(ts) AS first,
    max(greatest(ts, ts_end)) AS last,
    groupUniqArrayArray(16)(if(kind = 'dns', network.answers, emptyArrayString())) AS answers
  FROM network
  WHERE source IN {sources:Array(UInt64)} AND (domain != '' OR dst_ip != '')
  GROUP BY source, hour, device, user, src_ip, src_mac, src_host, kind, app, process, value, address, port
) AS g
INNER JOIN (SELECT id, device, device_from FROM source_live WHERE id IN {sources:Array(UInt64)}) AS s ON s.id = g.source
