-- question: which DNS queries does this dnsmasq or Pi-hole log hold, and which of them were blocked?
-- params:   lines Identifier (record, line); notAfter Int64: newest time possible, for dates without a year
-- returns:  record, raw, and the columns of `network` that the claim names
WITH
  -- `2 192.0.2.7/37431 query[A] …` with log-queries=extra (serial, client and port), else `query[A] …`
  splitByWhitespace(substring(line, 1, at - 1)) AS head,
  splitByChar('/', head[-1]) AS client,
  length(head) > 1 AND match(head[-2], '^[0-9]+$') AND length(client) = 2 AS extra,
  splitByChar(' ', trim(TRAILING '\r' FROM substring(line, at + 1))) AS words
SELECT
  q.record AS record,
  q.raw AS raw,
  q.ts AS ts,
  'dns' AS kind,
  q.src_ip AS src_ip,
  q.src_port AS src_port,
  'dns' AS service,
  nameOf(q.name) AS domain,
  if(domain = q.name, '', q.name) AS domain_raw,
  -- types that are newer than the resolver are written as numbers: type=65
  if(startsWith(q.qtype, 'type='), qtypeName(toUInt16OrZero(substring(q.qtype, 6))), q.qtype) AS qtype,
  if(b.hit = 1, 'blocked', '') AS action
FROM
(
  SELECT
    record,
    line AS raw,
    position(line, ' query[') AS at,
    logTime(substring(line, 1, 64), {notAfter:Int64}) AS ts,
    addressOf(words[-1]) AS src_ip,
    if(extra, toUInt16OrZero(client[2]), 0) AS src_port,
    arrayStringConcat(arraySlice(words, 2, length(words) - 3), ' ') AS name,
    extract(words[1], '^query\\[([^\\]]+)\\]$') AS qtype,
    if(extra, concat(extract(line, 'dnsmasq\\[([0-9]+)\\]'), ' ', head[-2], ' ', head[-1]), concat(toString(record), ' ', name)) AS key
  FROM {lines:Identifier}
  WHERE position(line, ' query[') > 0 AND words[-2] = 'from'
) AS q
LEFT ANY JOIN
(
  -- the verdict has the query's serial; without serials it stands on the next line (dnsmasq 2.90 and FTL 5.25 log both in one step)
  SELECT DISTINCT if(g[2] != '', concat(g[1], ' ', g[2], ' ', g[3]), concat(toString(record - 1), ' ', g[5])) AS key, 1 AS hit
  FROM
  (
    SELECT
      record,
      extractGroups(line, 'dnsmasq(?:\\[([0-9]+)\\])?: (?:([0-9]+) ([0-9A-Fa-f.:]+/[0-9]+) )?(gravity blocked|(?:exactly|regex) (?:denied|blacklisted)|special domain|/\\S*\\.list|config) (\\S+) is (\\S+)') AS g
    FROM {lines:Identifier}
    WHERE position(line, ' is ') > 0 AND multiSearchAny(line, [' blocked ', ' denied ', ' blacklisted ', 'special domain ', '.list ', 'config '])
  )
  -- a name in a hosts list or a configured answer is a block only when it leads nowhere
  WHERE g[5] != '' AND (NOT match(g[4], '^(config|/)') OR g[6] IN ('0.0.0.0', '::'))
) AS b ON q.key = b.key
WHERE toUnixTimestamp64Micro(q.ts) > 0 AND q.src_ip != '' AND q.qtype != '' AND q.name != ''
