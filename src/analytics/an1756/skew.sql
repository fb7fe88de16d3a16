-- question: by how much do clocks differ that tell of the same visit: a device’s own report and what watches the network, or two that watch it?
-- params:   sources Array(UInt64), clocks Array(String) (the clock of each source), least UInt32: matches below which a pair is left out
-- returns:  one row per pair of clocks and device, and one per pair over all devices (`who` empty). s: how far `one` is ahead of `other`, its
--           median and quartiles
WITH
  clock_of AS (SELECT c.1 AS source, c.2 AS clock FROM (SELECT arrayJoin(arrayZip({sources:Array(UInt64)}, {clocks:Array(String)})) AS c)),
  -- only what lies near an effect is ever put in an order
  days AS
  (
    SELECT DISTINCT toDate(ts) + arrayJoin([-1, 0, 1]) AS day FROM device_event
    WHERE kind NOT IN ('access', 'app', 'analytics') AND platform IN ('', 'ios')
  ),
  -- names that few records tell of, by more than one clock: the rest of the rows is never read
  seldom AS
  (
    SELECT value FROM
    (
      SELECT n.value AS value, c.clock AS clock, sum(n.rows) AS told FROM (SELECT source, value, rows FROM name WHERE kind = 'domain') AS n INNER JOIN clock_of AS c ON c.source = n.source
      GROUP BY value, clock HAVING told <= 40
    )
    GROUP BY value HAVING count() > 1 ORDER BY sipHash64(value) LIMIT 100000
  ),
  told AS
  (
    SELECT c.clock AS clock, subjectOf(n.device, multiIf(n.device = '', '', n.device = s.device, s.device_from, 'record'), n.user, n.src_ip, n.src_mac, n.src_host) AS subject, n.domain AS value, min(n.ts) AS at, max(greatest(n.ts, n.ts_end)) AS until
    FROM (SELECT source, ts, ts_end, device, user, src_ip, src_mac, src_host, domain FROM network WHERE source IN {sources:Array(UInt64)} AND domain IN (SELECT value FROM seldom) AND toDate(ts) IN (SELECT day FROM days)) AS n
    INNER JOIN clock_of AS c ON c.source = n.source
    INNER JOIN (SELECT id, device, device_from FROM source_live) AS s ON s.id = n.source
    GROUP BY clock, subject, value
  ),
  -- a name that a device visited once in all these days, by this clock: there is nothing else that it could be taken for
  once AS
  (
    SELECT
      multiIf(i.to > t.at AND i.device != '', concat('device ', i.device), i.to > t.at AND i.name != '', concat('label ', i.name), concat('address ', splitByChar('\x1F', t.subject)[4])) AS who,
      t.value AS value, t.clock AS clock, min(t.at) AS began
    FROM told AS t ASOF LEFT JOIN identity AS i ON i.subject = t.subject AND i.from <= t.at
    GROUP BY who, value, clock
    HAVING max(t.until) <= began + INTERVAL 2 MINUTE
  ),
  twice AS
  (
    SELECT who, value, arraySort(groupArray((clock, toUnixTimestamp64Micro(began) / 1e6))) AS seen
    FROM once GROUP BY who, value HAVING length(seen) > 1
  ),
  pair AS
  (
    SELECT who, p.1.1 AS one, p.2.1 AS other, p.1.2 - p.2.2 AS ahead
    FROM (SELECT who, arrayJoin(arrayFlatten(arrayMap((x, n) -> arrayMap(y -> (x, y), arraySlice(seen, n + 1)), seen, arrayEnumerate(seen)))) AS p FROM twice)
    -- a whole day apart it is another visit; a zone that nobody stated is within
    WHERE abs(ahead) < 54000
  )
SELECT one, other, who, count() AS matches, quantileExact(0.5)(pair.ahead) AS ahead, quantileExact(0.25)(pair.ahead) AS low, quantileExact(0.75)(pair.ahead) AS high
FROM pair
GROUP BY GROUPING SETS ((one, other, who), (one, other))
HAVING matches >= {least:UInt32}
ORDER BY one, other, who
