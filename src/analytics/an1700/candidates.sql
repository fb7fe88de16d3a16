-- question: which values that the named sources contain does any indicator match, leaving time aside?
-- params:   run UInt64 (sources of the run in `scan_source`)
-- returns:  kind, value (as in `name`), how (domain | host | url | ip | cidr | app | process | ja3 | ja4 | cert), indicator
WITH
  observed AS
  (
    SELECT kind, value, if(canonical = '', value, canonical) AS c
    FROM name
    WHERE kind != 'subject' AND source IN (SELECT source FROM scan_source WHERE run = {run:UInt64})
    GROUP BY kind, value, c
  ),
  -- every value under each key that an indicator could have: a name and its parents, an address and its networks
  keyed AS
  (
    SELECT kind, value, 'domain' AS match, arrayJoin(arrayMap(i -> arrayStringConcat(arraySlice(labels, i), '.'), range(1, least(length(labels), 128) + 1))) AS k, k = c AS exact
    FROM (SELECT kind, value, c, splitByChar('.', c) AS labels FROM observed WHERE kind = 'domain')
    UNION ALL
    SELECT kind, value, 'ip' AS match, c AS k, true AS exact
    FROM observed WHERE kind = 'ip' OR (kind = 'domain' AND (isIPv4String(c) OR isIPv6String(c)))
    UNION ALL
    -- a URL indicator may have an address for a host
    SELECT kind, value, 'domain' AS match, c AS k, true AS exact FROM observed WHERE kind = 'ip'
    UNION ALL
    SELECT kind, value, 'cidr' AS match, concat(toString(tupleElement(IPv4CIDRToRange(toIPv4OrDefault(c), p), 1)), '/', toString(p)) AS k, false AS exact
    FROM observed ARRAY JOIN (SELECT groupUniqArray(toUInt8OrZero(splitByChar('/', value)[2])) FROM indicator WHERE match = 'cidr' AND position(value, ':') = 0) AS p
    WHERE (kind = 'ip' OR kind = 'domain') AND isIPv4String(c)
    UNION ALL
    SELECT kind, value, 'cidr' AS match, concat(toString(tupleElement(IPv6CIDRToRange(toIPv6OrDefault(c), p), 1)), '/', toString(p)) AS k, false AS exact
    FROM observed ARRAY JOIN (SELECT groupUniqArray(toUInt8OrZero(splitByChar('/', value)[2])) FROM indicator WHERE match = 'cidr' AND position(value, ':') > 0) AS p
    WHERE (kind = 'ip' OR kind = 'domain') AND isIPv6String(c)
    UNION ALL
    SELECT kind, value, kind AS match, c AS k, true AS exact
    FROM observed WHERE kind IN ('app', 'process', 'ja3', 'ja4', 'cert')
  ),
  met AS
  (
    SELECT kind, value, match, k, exact FROM keyed
    WHERE (match, k) IN (SELECT match, value FROM indicator WHERE match != 'process')
    UNION ALL
    -- process names come cut at 15 or 16 characters: such a name stands for every longer one
    SELECT o.kind, o.value, 'process' AS match, i.value AS k, true AS exact
    FROM (SELECT kind, value, k FROM keyed WHERE match = 'process') AS o
    INNER JOIN (SELECT DISTINCT value, arrayJoin([value, substring(value, 1, 15), substring(value, 1, 16)]) AS cut FROM indicator WHERE match = 'process') AS i ON o.k = i.cut
    WHERE o.k = i.value OR length(o.k) IN (15, 16)
  )
SELECT DISTINCT m.kind AS kind, m.value AS value, i.kind AS how, i.id AS indicator
FROM met AS m
INNER JOIN (SELECT DISTINCT match, value, id, kind FROM indicator WHERE (match, value) IN (SELECT match, k FROM met)) AS i
  ON i.match = m.match AND i.value = m.k
-- a domain matches itself and every name below it; everything else only itself
WHERE m.exact OR i.kind IN ('domain', 'cidr')
ORDER BY kind, value, indicator
