-- question: which DNS queries, answers, failures and policy rewrites does this BIND log hold?
-- params:   lines Identifier (record, line); notAfter Int64: newest time possible, for dates without a year
-- returns:  record, raw, and the columns of `network` that the claim names
WITH
  -- client @0x7f62b80115d0 192.0.2.70#55575/key tsig.example (name): view internal: query: …
  position(line, 'client ') AS at,
  splitByWhitespace(substring(line, at)) AS words,
  words[if(startsWith(words[2], '@'), 3, 2)] AS client,
  arrayFirstIndex(x -> x IN ('query:', 'answer:', 'response:', 'query', 'rpz'), words) AS verb,
  words[verb] AS what,
  arraySlice(words, verb + 1) AS w,
  what = 'query:' AND w[4] = 'response:' AS infoblox,
  what IN ('query:', 'answer:', 'response:') AS named,
  -- `query failed (REFUSED) for NAME/CLASS/TYPE at …`; `rpz QNAME NXDOMAIN rewrite NAME/TYPE/CLASS via …`
  w[indexOf(w, if(what = 'rpz', 'rewrite', 'for')) + 1] AS subject,
  splitByChar('/', subject) AS s,
  multiIf(named, w[1], length(s) > 2, arrayStringConcat(arraySlice(s, 1, length(s) - 2), '/'), what = 'rpz', subject, '') AS name,
  -- flags: T asked over TCP
  multiIf(infoblox OR NOT named, '', what = 'response:', w[5], w[4]) AS flags
SELECT
  record,
  line AS raw,
  namedTime(substring(line, 1, at - 1), {notAfter:Int64}) AS ts,
  'dns' AS kind,
  addressOf(splitByChar('%', splitByChar('#', client)[1])[1]) AS src_ip,
  toUInt16OrZero(extract(splitByChar('#', client)[2], '^[0-9]+')) AS src_port,
  -- server address that was asked: the word in brackets
  if(infoblox OR NOT named, '', addressOf(extract(arrayFirst(x -> startsWith(x, '('), w), '^\\(([0-9A-Fa-f.:]+)'))) AS dst_ip,
  multiIf(words[verb - 1] IN ('UDP:', 'TCP:'), lower(substring(words[verb - 1], 1, 3)), NOT match(flags, '^[+-]'), '', position(flags, 'T') > 0, 'tcp', 'udp') AS transport,
  'dns' AS service,
  nameOf(name) AS domain,
  if(domain = name, '', name) AS domain_raw,
  multiIf(named, w[3], what = 'query', s[-1], length(s) > 2, s[-2], '') AS qtype,
  multiIf(
    infoblox, w[5],
    what = 'response:', w[4],
    what = 'answer:', w[indexOf(w, '->') + 1],
    what = 'query', extract(line, 'query failed \\(([^)]*)\\)'),
    what = 'rpz', arrayStringConcat(arraySlice(w, 1, indexOf(w, 'rewrite') - 1), ' '),
    '') AS status,
  multiIf(what != 'rpz', '', words[verb - 1] = 'disabled' OR match(status, 'PASSTHRU|TCP-ONLY'), 'allowed', 'blocked') AS action,
  -- Infoblox: `NAME TTL CLASS TYPE DATA;`
  if(infoblox, arrayFilter(x -> x != '', arrayMap(r -> multiIf(r[-2] IN ('A', 'AAAA'), addressOf(r[-1]), r[-2] = 'CNAME', nameOf(r[-1]), ''), arrayMap(x -> splitByWhitespace(x), splitByChar(';', arrayStringConcat(w, ' '))))), emptyArrayString()) AS answers
FROM {lines:Identifier}
WHERE at > 0 AND what != '' AND position(client, '#') > 0 AND src_ip != '' AND name != '' AND toUnixTimestamp64Micro(ts) > 0
  AND multiIf(named, w[2] IN ('IN', 'CH', 'HS', 'ANY') AND w[3] != '', what = 'query', w[1] = 'failed', indexOf(w, 'rewrite') > 0)
