-- question: which DNS look-ups does this Suricata EVE log hold, each once?
-- params:   lines Identifier (record, line); version1 UInt8: 1 where answers are logged a resource record at a time
-- returns:  record, raw, and the columns of `network` that the claim names
-- A look-up is logged as a query and an answer. Since Suricata 4.1 the answer repeats the question: it stands for both, and
-- a query only where no answer is in the file. Suricata 4.0 and before (and `version: 1`) log an answer for each
-- resource record: there the query stands, and the first record of an answer only where its query is not in the file.
WITH
  j.dns.`type` IN ('answer', 'response') AS answer,
  answer AND j.dns.version < 2 AS old,
  -- answers of some versions have the server as their source
  answer AND (j.src_port < 1024 AND j.dest_port >= 1024 OR j.src_port IN (5353, 5355) AND j.dest_port NOT IN (53, 5353, 5355)) AS swapped
SELECT
  record,
  line AS raw,
  isoTime(j.timestamp) AS ts,
  if(answer AND NOT old, ts, toDateTime64(0, 6, 'UTC')) AS ts_end,
  'dns' AS kind,
  lower(if(swapped, j.ether.dest_mac, j.ether.src_mac)) AS src_mac,
  addressOf(if(swapped, j.dest_ip, j.src_ip)) AS src_ip,
  if(swapped, j.dest_port, j.src_port) AS src_port,
  addressOf(if(swapped, j.src_ip, j.dest_ip)) AS dst_ip,
  if(swapped, j.src_port, j.dest_port) AS dst_port,
  lower(j.proto) AS transport,
  'dns' AS service,
  '' AS url,
  nameOf(q.rrname) AS domain,
  if(domain = q.rrname, '', q.rrname) AS domain_raw,
  q.rrtype AS qtype,
  if(answer, j.dns.rcode, '') AS status,
  '' AS action,
  arrayMap(a -> answerOf(a), arrayFilter(a -> a != '', multiIf(old, [j.dns.rdata], notEmpty(j.dns.answers), j.dns.answers.rdata, arrayConcat(j.dns.grouped.CNAME, j.dns.grouped.A, j.dns.grouped.AAAA)))) AS answers,
  toInt64(-1) AS bytes_out,
  toInt64(-1) AS bytes_in,
  toInt64(-1) AS duration,
  '' AS referrer,
  '' AS user_agent,
  '' AS ja3,
  '' AS ja4,
  '' AS cert_sha1,
  -- a query and its answer are one look-up when they stand in two files; mDNS has id 0 throughout
  if(j.dns.id = 0 OR j.flow_id = 0, '', concat('suricata-dns ', toString(j.flow_id), ' ', toString(j.dns.id), ' ', q.rrname, ' ', q.rrtype)) AS event_key
FROM
(
  SELECT
    record,
    line,
    JSONExtract(line, 'Tuple(timestamp String, event_type String, flow_id UInt64, src_ip String, src_port UInt16, dest_ip String, dest_port UInt16, proto String, ether Tuple(src_mac String, dest_mac String), dns Tuple(version UInt8, `type` String, id UInt32, rrname String, rrtype String, rcode String, rdata String, answers Array(Tuple(rdata String)), grouped Tuple(A Array(String), AAAA Array(String), CNAME Array(String)), queries Array(Tuple(rrname String, rrtype String))))') AS j
  FROM {lines:Identifier}
  WHERE NOT startsWith(trimLeft(line), '[') AND position(line, '"dns"') > 0
)
ARRAY JOIN if(empty(j.dns.queries), [(j.dns.rrname, j.dns.rrtype)::Tuple(rrname String, rrtype String)], j.dns.queries) AS q
WHERE j.event_type = 'dns' AND toUnixTimestamp64Micro(ts) > 0 AND src_ip != ''
  -- of a look-up the first answer, else the first query: sensors see packets twice, and clients ask again
  AND (j.dns.id = 0 OR (record, sipHash64(j.flow_id, j.dns.id, q.rrname, q.rrtype)) IN (
    SELECT argMin(record, (multiIf(a.dns.`type` NOT IN ('answer', 'response'), 1, a.dns.version < 2, 2, 0), record)), k
    FROM (
      SELECT record, a, sipHash64(a.flow_id, a.dns.id, r.1, r.2) AS k
      FROM (
        SELECT
          record,
          JSONExtract(line, 'Tuple(timestamp String, event_type String, flow_id UInt64, src_ip String, dns Tuple(version UInt8, `type` String, id UInt32, rrname String, rrtype String, queries Array(Tuple(rrname String, rrtype String))))') AS a
        FROM {lines:Identifier}
        WHERE position(line, '"dns"') > 0
      )
      ARRAY JOIN if(empty(a.dns.queries), [(a.dns.rrname, a.dns.rrtype)::Tuple(rrname String, rrtype String)], a.dns.queries) AS r
      -- a record that cannot be read must not stand for one that can
      WHERE a.event_type = 'dns' AND toUnixTimestamp64Micro(isoTime(a.timestamp)) > 0 AND addressOf(a.src_ip) != ''
    )
    GROUP BY k))
  AND ({version1:UInt8} = 0 OR NOT old OR record IN (
    SELECT min(record)
    FROM (
      SELECT record, JSONExtract(line, 'Tuple(event_type String, flow_id UInt64, dns Tuple(version UInt8, `type` String, id UInt32))') AS b
      FROM {lines:Identifier}
      WHERE position(line, '"dns"') > 0
    )
    WHERE b.event_type = 'dns' AND b.dns.version < 2
    GROUP BY b.flow_id, b.dns.id
    HAVING countIf(b.dns.`type` NOT IN ('answer', 'response')) = 0))
