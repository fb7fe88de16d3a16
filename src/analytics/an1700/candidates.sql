-- question: which values that the named sources contain does any indicator match, leaving time aside?
-- params:   run UInt64 (sources of the run in `scan_source`)
-- returns:  kind, value (as in `name`), how (domain | host | url | url_only | ip | cidr | app | process | ja3 | ja4 | cert …), indicator.
--           url_only: the host is shared by many, so that nothing but the URL itself counts
WITH
  -- lengths of the networks (v4, v6) that there are indicators for
  (
    SELECT (groupUniqArrayIf(toUInt8OrZero(splitByChar('/', value)[2]), position(value, ':') = 0), groupUniqArrayIf(toUInt8OrZero(splitByChar('/', value)[2]), position(value, ':') > 0))
    FROM indicator WHERE match = 'cidr'
  ) AS lengths,
  observed AS
  (
    -- a name that is plain has no other canonical form, and is no address
    SELECT kind, value, if(canonical = '', value, canonical) AS c,
      (kind = 'ip' OR kind = 'domain' AND canonical != '') AND isIPv4String(c) AS v4,
      (kind = 'ip' OR kind = 'domain' AND canonical != '') AND isIPv6String(c) AS v6,
      -- where each label begins: cutting there is twice as fast as joining labels anew
      if(kind = 'domain', arrayPushFront(arrayPopBack(arrayCumSum(arrayMap((label, i) -> length(label) + 1 + (i = 1), splitByChar('.', c) AS labels, arrayEnumerate(labels)))), toUInt64(1)), []) AS starts
    FROM name
    WHERE source IN (SELECT source FROM scan_source WHERE run = {run:UInt64}) AND kind != 'subject'
  ),
  -- every value under each key that an indicator could have: a name and its parents, an address and its networks.
  -- No indicator has more than 127 labels (253 characters); of a longer name the last 128 are compared.
  -- One pass over the names, whatever their kind: each further branch costs the engine 20 ms of planning.
  keyed AS
  (
    SELECT kind, value, c, v4 OR v6 OR kind = 'ip' AS address, arrayJoin(arrayConcat(
      if(kind = 'domain', arrayMap(start -> substring(c, start), arraySlice(starts, -128)), [c]),
      if(v4, arrayMap(p -> concat(toString(tupleElement(IPv4CIDRToRange(toIPv4OrDefault(c), p), 1)), '/', toString(p)), lengths.1), []),
      if(v6, arrayMap(p -> concat(toString(tupleElement(IPv6CIDRToRange(toIPv6OrDefault(c), p), 1)), '/', toString(p)), lengths.2), []),
      -- process names come cut at 15 or 16 bytes, in telemetry and in feeds: such a name stands for every longer one
      if(kind = 'process', arrayDistinct([substring(c, 1, 15), substring(c, 1, 16)]), []))) AS k
    FROM observed
  )
SELECT DISTINCT o.kind AS kind, o.value AS value, if(i.match = '', 'url_only', i.kind) AS how, i.id AS indicator
FROM
(
  SELECT id, kind, value, match, arrayJoin(if(match = 'process', arrayDistinct([value, substring(value, 1, 15), substring(value, 1, 16)]), [value])) AS k
  FROM indicator
  WHERE match != '' OR kind = 'url'
) AS i
-- one set for all kinds; what fits by chance falls out below
INNER JOIN (SELECT * FROM keyed WHERE kind = 'process' OR k IN (SELECT value FROM indicator)) AS o ON o.k = i.k
WHERE multiIf(
  -- a domain matches itself and every name below it, a network all its addresses
  i.match = 'domain', o.kind = 'domain' AND (o.k = o.c OR i.kind = 'domain'),
  i.match = 'cidr', o.address AND position(o.k, '/') > 0,
  i.match = 'ip', o.address AND o.k = o.c,
  -- a URL indicator whose host is shared has no `match` of its own
  i.match = '', o.kind IN ('domain', 'ip') AND o.k = o.c,
  i.match = 'process', o.kind = 'process' AND (o.c = i.value OR (o.k = o.c OR o.k = i.value) AND length(o.k) IN (15, 16)),
  i.match = o.kind AND o.k = o.c)
ORDER BY kind, value, indicator
