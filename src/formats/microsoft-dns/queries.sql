-- question: which queries did this Microsoft DNS server receive, and how did it answer them?
-- params:   lines Identifier (record, line); order String: mdy | dmy | ymd
-- returns:  record, raw, and the columns of `network` that the claim names
-- The answer of a query is the next one to the same client with the same id and name. Of each a hash and its code are
-- kept, for the whole log: with 1.5 million answers (411 MB of log) the engine peaked at 1.3 GB in all.
-- Packets that the server sends to others, and their answers, are the server’s own contacts, not a client’s.
SELECT
  q.record AS record,
  q.raw AS raw,
  q.ts AS ts,
  'dns' AS kind,
  addressOf(q.g[6]) AS src_ip,
  lower(q.g[4]) AS transport,
  'dns' AS service,
  nameOf(q.name) AS domain,
  if(domain = q.name, '', q.name) AS domain_raw,
  q.g[10] AS qtype,
  a.status AS status
FROM
(
  SELECT
    record,
    line AS raw,
    -- 1 date, clock, AM or PM, 4 UDP or TCP, Rcv or Snd, 6 address, id, 8 R of an answer, 9 response code, 10 type, 11 name
    extractGroups(line, '^([0-9/.-]+) ([0-9:]+)( [AP]M)? [0-9A-F]+ PACKET +[0-9A-F]+ (UDP|TCP) (Rcv|Snd) (\\S+) +([0-9a-f]{4}) ([ R]) Q \\[[0-9a-f]+ [^\\]]*?([A-Z]+)\\] (\\S+) +(\\S+)') AS g,
    msdnsTime(g[1], g[2], trim(BOTH ' ' FROM g[3]), {order:String}) AS ts,
    -- (3)www(7)example(0)
    trim(BOTH '.' FROM replaceRegexpAll(g[11], '\\([0-9]+\\)', '.')) AS name,
    sipHash64(g[6], g[7], g[11]) AS key
  FROM {lines:Identifier}
  WHERE position(line, ' Rcv ') > 0
) AS q
ASOF LEFT JOIN
(
  SELECT record, sipHash64(h[1], h[2], h[4]) AS key, toLowCardinality(h[3]) AS status
  FROM
  (
    SELECT record, extractGroups(line, ' PACKET +[0-9A-F]+ (?:UDP|TCP) Snd (\\S+) +([0-9a-f]{4}) R Q \\[[0-9a-f]+ [^\\]]*?([A-Z]+)\\] \\S+ +(\\S+)') AS h
    FROM {lines:Identifier}
    WHERE position(line, ' Snd ') > 0
  )
  WHERE length(h) = 4
) AS a ON q.key = a.key AND q.record < a.record
WHERE length(q.g) = 11 AND q.g[8] = ' ' AND src_ip != '' AND toUnixTimestamp64Micro(q.ts) > 0 AND domain != ''
