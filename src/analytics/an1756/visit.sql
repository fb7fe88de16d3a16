-- question: what did each device do at each destination in each hour, whatever sources tell of it?
-- params:   sources Array(UInt64)
-- returns:  columns of `visit`
WITH
  told AS (SELECT * FROM hourly WHERE source IN {sources:Array(UInt64)}),
  -- flows carry bytes and no name, handshakes and answers a name and no bytes: what a client called an address
  called AS
  (
    SELECT subject, hour, address, value, contacts FROM told WHERE kind != 'flow' AND address != '' AND value != address
    UNION ALL
    SELECT subject, hour, arrayJoin(answers) AS address, value, contacts FROM told WHERE kind = 'dns' AND isIPv4String(address) OR isIPv6String(address)
  ),
  -- in that hour; else at any time; else, where nearly everybody calls it so, as the others do
  by_hour AS (SELECT subject, hour, address, argMax(value, c) AS name FROM (SELECT subject, hour, address, value, sum(contacts) AS c FROM called GROUP BY subject, hour, address, value) GROUP BY subject, hour, address),
  by_subject AS (SELECT subject, address, argMax(value, c) AS name FROM (SELECT subject, address, value, sum(contacts) AS c FROM called GROUP BY subject, address, value) GROUP BY subject, address),
  by_address AS (SELECT address, argMax(value, c) AS name FROM (SELECT address, value, sum(contacts) AS c FROM called GROUP BY address, value) GROUP BY address HAVING max(c) > 0.9 * sum(c)),
  flows AS
  (
    SELECT f.subject AS subject, f.hour AS hour, f.kind AS kind, f.app AS app, f.port AS port, f.contacts AS contacts, f.failed AS failed, f.odd AS odd, f.bytes_out AS bytes_out, f.bytes_in AS bytes_in, f.minutes AS minutes, f.first AS first, f.last AS last,
      multiIf(h.name != '', h.name, s.name != '', s.name, a.name != '', a.name, f.value) AS name
    FROM (SELECT * FROM told WHERE kind = 'flow' AND value = address) AS f
    LEFT JOIN by_hour AS h ON h.subject = f.subject AND h.hour = f.hour AND h.address = f.address
    LEFT JOIN by_subject AS s ON s.subject = f.subject AND s.address = f.address
    LEFT JOIN by_address AS a ON a.address = f.address
  ),
  named AS
  (
    SELECT subject, hour, kind, app, value AS name, port, contacts, failed, odd, bytes_out, bytes_in, minutes, first, last FROM told WHERE NOT (kind = 'flow' AND value = address)
    UNION ALL
    SELECT subject, hour, kind, app, name, port, contacts, failed, odd, bytes_out, bytes_in, minutes, first, last FROM flows
  ),
  placed AS
  (
    SELECT n.*, if(p.class = 'internal', concat(p.destination, ':', toString(n.port)), p.destination) AS destination, p.class AS class
    FROM named AS n INNER JOIN place AS p ON p.value = n.name
    WHERE p.class NOT IN ('resolver', 'nobody') AND NOT (p.class = 'internal' AND n.kind = 'dns')
  )
SELECT
  multiIf(i.to > p.first AND i.device != '', concat('device ', i.device), i.to > p.first AND i.name != '', concat('label ', i.name), concat('address ', splitByChar('\x1F', p.subject)[4])) AS who,
  p.destination AS destination,
  any(p.class) AS class,
  p.hour AS hour,
  anyIf(p.app, p.app != '') AS app,
  -- dns, tls and flow of one contact are one contact
  greatest(sumIf(contacts, kind = 'flow'), sumIf(contacts, kind IN ('tls', 'http')), sumIf(contacts, kind = 'dns'), sumIf(contacts, kind NOT IN ('flow', 'tls', 'http', 'dns'))) AS contacts,
  least(contacts, greatest(sumIf(p.failed, kind = 'flow'), sumIf(p.failed, kind != 'flow'))) AS failed,
  sum(p.bytes_out) AS bytes_out,
  sum(p.bytes_in) AS bytes_in,
  groupBitOr(p.minutes) AS minutes,
  uniqIf(p.name, p.name != p.destination) AS names,
  sumIf(length(p.name), p.name != p.destination) AS longest,
  sum(p.odd) AS odd,
  min(p.first) AS first,
  max(p.last) AS last
FROM placed AS p ASOF LEFT JOIN identity AS i ON i.subject = p.subject AND i.from <= p.first
GROUP BY who, destination, hour
