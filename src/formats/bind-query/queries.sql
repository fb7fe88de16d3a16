-- question: which DNS queries, answers, failures and policy rewrites does this BIND log hold?
-- params:   lines Identifier (record, line); notAfter Int64: newest time possible, for dates without a year
-- returns:  record, raw, and the columns of `network` that the claim names
WITH
  extractGroups(line, 'client (?:@0x[0-9a-fA-F]+ )?([0-9A-Fa-f.:]+)(?:%[^#\\s]*)?#([0-9]+)(?:/key \\S+)?(?: \\([^)]*\\))?: (UDP: |TCP: )?(?:view \\S+: )?(?:disabled )?(query failed|query|answer|response|rpz)(?:: | )(.*)$') AS g,
  g[4] AS what,
  splitByWhitespace(g[5]) AS w,
  what = 'query' AND w[4] = 'response:' AS infoblox,
  -- `query failed (REFUSED) for NAME/CLASS/TYPE at …`; `rpz QNAME NXDOMAIN rewrite NAME/TYPE/CLASS via …`
  if(what = 'query failed', extract(g[5], '^\\([^)]*\\) for (\\S+)'), w[indexOf(w, 'rewrite') + 1]) AS subject,
  splitByChar('/', subject) AS s,
  multiIf(what NOT IN ('query failed', 'rpz'), w[1], length(s) > 2, arrayStringConcat(arraySlice(s, 1, length(s) - 2), '/'), subject) AS name,
  -- flags: T asked over TCP
  multiIf(infoblox, '', what = 'response', w[5], what IN ('query', 'answer'), w[4], '') AS flags
SELECT
  record,
  line AS raw,
  stampOfNamed(substring(line, 1, position(line, 'client ') - 1), {notAfter:Int64}) AS ts,
  'dns' AS kind,
  addressOf(g[1]) AS src_ip,
  toUInt16OrZero(g[2]) AS src_port,
  -- server address that was asked: the last word in brackets
  if(infoblox OR what NOT IN ('query', 'answer', 'response'), '', addressOf(extract(g[5], ' \\(([0-9A-Fa-f.:]+)(?:%[^)]*)?\\)'))) AS dst_ip,
  multiIf(g[3] != '', lower(substring(g[3], 1, 3)), NOT match(flags, '^[+-]'), '', position(replaceRegexpAll(flags, '\\(.*?\\)', ''), 'T') > 0, 'tcp', 'udp') AS transport,
  'dns' AS service,
  nameOf(name) AS domain,
  if(domain = name, '', name) AS domain_raw,
  multiIf(what = 'query failed', s[-1], what = 'rpz', if(length(s) > 2, s[-2], ''), w[3]) AS qtype,
  multiIf(
    infoblox, w[5],
    what = 'response', w[4],
    what = 'answer', extract(g[5], '-> (\\S+)'),
    what = 'query failed', extract(g[5], '^\\(([^)]*)\\)'),
    what = 'rpz', arrayStringConcat(arraySlice(w, 1, indexOf(w, 'rewrite') - 1), ' '),
    '') AS status,
  multiIf(what != 'rpz', '', position(line, ': disabled rpz ') > 0 OR match(status, 'PASSTHRU|TCP-ONLY'), 'allowed', 'blocked') AS action,
  -- Infoblox: `NAME TTL CLASS TYPE DATA;`
  if(infoblox, arrayFilter(x -> x != '', arrayMap(r -> multiIf(r[-2] IN ('A', 'AAAA'), addressOf(r[-1]), r[-2] = 'CNAME', nameOf(r[-1]), ''), arrayMap(x -> splitByWhitespace(x), splitByChar(';', g[5])))), emptyArrayString()) AS answers
FROM {lines:Identifier}
WHERE position(line, 'client ') > 0 AND what != '' AND src_ip != '' AND name != '' AND toUnixTimestamp64Micro(ts) > 0
  AND (what NOT IN ('query', 'answer', 'response') OR w[2] IN ('IN', 'CH', 'HS', 'ANY') AND w[3] != '')
