-- question: which values that the named sources contain does any indicator match, leaving time aside?
-- params:   run UInt64 (sources of the run in `scan_source`)
-- returns:  kind, value (as in `name`), how (domain | host | url | url_only | ip | cidr | app | process | ja3 | ja4 | cert …), indicator.
--           url_only: the host is shared by many, so that nothing but the URL itself counts
WITH
  observed AS
  (
    -- a name that is plain has no other canonical form, and is no address
    SELECT kind, value, canonical = '' AS plain, if(plain, value, canonical) AS c
    FROM name
    WHERE source IN (SELECT source FROM scan_source WHERE run = {run:UInt64})
  ),
  -- every value under each key that an indicator could have: a name and its parents, an address and its networks.
  -- No indicator has more than 127 labels (253 characters); of a longer name the last 128 are compared.
  keyed AS
  (
    SELECT kind, value, 'domain' AS match, arrayJoin(arrayMap(start -> substring(c, start), arraySlice(starts, -128))) AS k, k = c AS exact
    FROM
    (
      -- where each label begins: cutting there is twice as fast as joining labels anew
      SELECT kind, value, c, arrayPushFront(arrayPopBack(arrayCumSum(arrayMap((label, i) -> length(label) + 1 + (i = 1), splitByChar('.', c) AS labels, arrayEnumerate(labels)))), toUInt64(1)) AS starts
      FROM observed WHERE kind = 'domain'
    )
    UNION ALL
    SELECT kind, value, 'ip' AS match, c AS k, true AS exact
    FROM observed WHERE kind = 'ip' OR (kind = 'domain' AND NOT plain AND (isIPv4String(c) OR isIPv6String(c)))
    UNION ALL
    -- a URL indicator whose host is shared has no `match` of its own
    SELECT kind, value, '' AS match, c AS k, true AS exact FROM observed
    WHERE kind IN ('domain', 'ip') AND (SELECT count() FROM indicator WHERE match = '' AND kind = 'url') > 0
    UNION ALL
    SELECT kind, value, 'cidr' AS match, concat(toString(tupleElement(IPv4CIDRToRange(toIPv4OrDefault(c), p), 1)), '/', toString(p)) AS k, false AS exact
    FROM observed ARRAY JOIN (SELECT groupUniqArray(toUInt8OrZero(splitByChar('/', value)[2])) FROM indicator WHERE match = 'cidr' AND position(value, ':') = 0) AS p
    WHERE (kind = 'ip' OR kind = 'domain' AND NOT plain) AND isIPv4String(c)
    UNION ALL
    SELECT kind, value, 'cidr' AS match, concat(toString(tupleElement(IPv6CIDRToRange(toIPv6OrDefault(c), p), 1)), '/', toString(p)) AS k, false AS exact
    FROM observed ARRAY JOIN (SELECT groupUniqArray(toUInt8OrZero(splitByChar('/', value)[2])) FROM indicator WHERE match = 'cidr' AND position(value, ':') > 0) AS p
    WHERE (kind = 'ip' OR kind = 'domain' AND NOT plain) AND isIPv6String(c)
    UNION ALL
    SELECT kind, value, kind AS match, c AS k, true AS exact
    FROM observed WHERE kind IN ('app', 'process', 'ja3', 'ja4', 'cert')
  ),
  met AS
  (
    -- one set for all kinds keeps this a single pass over the names; what fits by chance falls out of the join below
    SELECT kind, value, match, k, exact FROM keyed WHERE match != 'process' AND k IN (SELECT value FROM indicator)
    UNION ALL
    -- process names come cut at 15 or 16 bytes, in telemetry and in feeds: such a name stands for every longer one
    SELECT o.kind, o.value, 'process' AS match, i.value AS k, true AS exact
    FROM (SELECT kind, value, k, arrayJoin(arrayDistinct([k, substring(k, 1, 15), substring(k, 1, 16)])) AS cut FROM keyed WHERE match = 'process') AS o
    INNER JOIN (SELECT DISTINCT value, arrayJoin(arrayDistinct([value, substring(value, 1, 15), substring(value, 1, 16)])) AS cut FROM indicator WHERE match = 'process') AS i ON o.cut = i.cut
    WHERE o.k = i.value OR (o.cut = o.k OR o.cut = i.value) AND length(o.cut) IN (15, 16)
  )
-- `met` is small and named once: the engine works a named subquery out as often as it is named
SELECT DISTINCT m.kind AS kind, m.value AS value, if(i.match = '', 'url_only', i.kind) AS how, i.id AS indicator
FROM indicator AS i
INNER JOIN met AS m ON m.match = i.match AND m.k = i.value
-- a domain matches itself and every name below it, a network all its addresses; everything else only itself
WHERE (m.exact OR i.kind IN ('domain', 'cidr')) AND (i.match != '' OR i.kind = 'url')
ORDER BY kind, value, indicator
