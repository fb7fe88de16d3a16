-- question: whose are these chains, and which records show their contact and their effect?
-- params:   numbers Array(UInt32), whos Array(String), destinations Array(String) (as in `place`), from Array(Int64), to Array(Int64) (s: when the
--           contact was), events Array(UInt64), records Array(UInt64) (source and record of the effect), sources Array(UInt64)
-- returns:  one row per chain, by its number
WITH
  asked AS
  (
    SELECT c.1 AS number, c.2 AS who, c.3 AS destination, c.4 AS since, c.5 AS until, c.6 AS event_source, c.7 AS event_record
    FROM (SELECT arrayJoin(arrayZip({numbers:Array(UInt32)}, {whos:Array(String)}, {destinations:Array(String)}, {from:Array(Int64)}, {to:Array(Int64)}, {events:Array(UInt64)}, {records:Array(UInt64)})) AS c)
  ),
  path_of AS (SELECT id, path, device, device_from FROM source_live),
  named AS
  (
    SELECT if(i.device != '', concat('device ', i.device), concat('label ', i.name)) AS who, min(i.device) AS id, min(i.name) AS label, min(i.group) AS grp, min(i.user) AS owner, min(i.how) AS how
    FROM identity AS i WHERE i.device != '' OR i.name != '' GROUP BY who
  ),
  met AS
  (
    SELECT source, record, ts, kind, app, process, attribution, src_ip, domain_raw, raw, if(domain = '', dst_ip, domain) AS value,
      subjectOf(device, multiIf(device = '', '', device = p.device, p.device_from, 'record'), user, src_ip, src_mac, src_host) AS subject, p.path AS path
    FROM network INNER JOIN path_of AS p ON p.id = network.source
    WHERE source IN {sources:Array(UInt64)}
      -- of a month of logs those that were written at the time
      AND source IN (SELECT id FROM source_live WHERE arrayExists((since, until) -> toUnixTimestamp(first) <= until AND toUnixTimestamp(last) >= since, {from:Array(Int64)}, {to:Array(Int64)}))
      AND toUnixTimestamp(ts) >= arrayMin({from:Array(Int64)}) AND toUnixTimestamp(ts) <= arrayMax({to:Array(Int64)})
      AND value IN (SELECT value FROM place WHERE destination IN {destinations:Array(String)})
  ),
  contact AS
  (
    SELECT a.number AS number, groupArraySorted(3)((m.ts, m.path, m.record, substringUTF8(m.raw, 1, 2000))) AS shown, minIf(m.app, m.app != '') AS app,
      minIf(m.process, m.process != '') AS process, minIf(m.attribution, m.attribution != '') AS attribution, minIf(m.src_ip, m.src_ip != '') AS address, argMin(if(m.domain_raw = '', m.value, m.domain_raw), m.ts) AS raw
    FROM
    (
      SELECT m.*, pl.destination AS destination,
        multiIf(i.to > m.ts AND i.device != '', concat('device ', i.device), i.to > m.ts AND i.name != '', concat('label ', i.name), concat('address ', m.src_ip)) AS who
      FROM met AS m INNER JOIN place AS pl ON pl.value = m.value ASOF LEFT JOIN identity AS i ON i.subject = m.subject AND i.from <= m.ts
    ) AS m
    INNER JOIN asked AS a ON a.who = m.who AND a.destination = m.destination
    WHERE toUnixTimestamp(m.ts) BETWEEN a.since AND a.until
    GROUP BY number
  ),
  effect AS
  (
    SELECT a.number AS number, any((e.ts, p.path, e.record, substringUTF8(e.raw, 1, 2000))) AS shown
    FROM (SELECT source, record, ts, raw FROM device_event WHERE source IN {events:Array(UInt64)}) AS e
    INNER JOIN asked AS a ON a.event_source = e.source AND a.event_record = e.record
    INNER JOIN path_of AS p ON p.id = e.source
    GROUP BY number
  )
SELECT
  a.number AS number, a.who AS who, n.id AS device_id, n.label AS device_name, n.grp AS device_group, n.owner AS user, n.how AS device_how,
  c.address AS address, c.app AS app, c.process AS process, c.attribution AS attribution, c.raw AS raw, c.shown AS contact, [f.shown] AS effect
FROM asked AS a
LEFT JOIN named AS n ON n.who = a.who
LEFT JOIN contact AS c ON c.number = a.number
LEFT JOIN effect AS f ON f.number = a.number
ORDER BY number
