// DDL, worked out from the tables of model/. A raw table is named nowhere but here and in engine/ and the views below.
import { type Table, tables } from '../model/index.ts'

export const rawName = (table: string): string => `${table}_raw`

/** Name that the rows of a table are stored under. */
export const storedName = (table: Table): string => (table.role === 'evidence' ? rawName(table.name) : table.name)

function columnLine(name: string, column: Table['columns'][string]): string {
  const fallback = column.fallback === undefined ? '' : ` DEFAULT ${column.fallback}`
  const codec = column.codec === undefined ? '' : ` CODEC(${column.codec})`
  return `\`${name}\` ${column.type}${fallback}${codec}`
}

export function createTable(table: Table): string {
  const columns = Object.entries(table.columns).map(([column, declared]) => columnLine(column, declared))
  const engine = table.role === 'working' ? 'Memory' : `MergeTree ORDER BY (${table.order.join(', ')})`
  return `CREATE TABLE IF NOT EXISTS ${storedName(table)} (\n  ${columns.join(',\n  ')}\n) ENGINE = ${engine}`
}

export function addColumn(table: Table, column: string): string {
  return `ALTER TABLE ${storedName(table)} ADD COLUMN IF NOT EXISTS ${columnLine(column, table.columns[column]!)}`
}

/** Sources whose rows count: committed, and not replaced by the same bytes read by a newer format version. */
const sourceLive = `CREATE OR REPLACE VIEW source_live AS
SELECT * FROM source WHERE id NOT IN (SELECT replaces FROM source WHERE replaces != 0)`

/** What everything but engine/ and the commit reads: rows of committed sources. */
const committedView = (table: Table): string =>
  `CREATE OR REPLACE VIEW ${table.name} AS\nSELECT * FROM ${rawName(table.name)} WHERE source IN (SELECT id FROM source_live)`

/** SQL functions that formats share, so that a name is cut and folded in one way. */
export const functions: Readonly<Record<string, string>> = {
  // ASCII lower case without the final dot; distinct names that need more (IDN, ports, userinfo) pass through names/ once.
  nameOf: "(x) -> lower(trim(TRAILING '.' FROM trim(BOTH ' ' FROM x)))",
  // Host of a URL. A URL with userinfo, brackets or anything unusual is handed on whole: names/ takes it apart.
  hostOf:
    "(x) -> if(match(x, '^[A-Za-z][A-Za-z0-9+.-]*://[A-Za-z0-9._-]+(:[0-9]*)?([/?#]|$)'), lower(trim(TRAILING '.' FROM extract(x, '^[A-Za-z][A-Za-z0-9+.-]*://([A-Za-z0-9._-]+)'))), x)",
  // Host and port that a proxy was asked for: `host:port` of CONNECT (IPv6 in brackets), else of the URL (its scheme’s port when it states none).
  connectOrUrlHost:
    "(method, target) -> multiIf(method = 'CONNECT', nameOf(if(startsWith(target, '['), extract(target, '^[[]([^]]*)'), replaceRegexpOne(target, ':[0-9]*$', ''))), match(target, '^[A-Za-z][A-Za-z0-9+.-]*://[[][0-9A-Fa-f:.]+]'), extract(target, '[[]([0-9A-Fa-f:.]+)]'), position(target, '://') > 0, hostOf(target), '')",
  connectOrUrlPort:
    "(method, target) -> multiIf(method = 'CONNECT', toUInt16OrZero(extract(target, ':([0-9]+)$')), match(target, '^[a-z]+://[^/?#]*:[0-9]+([/?#]|$)'), toUInt16OrZero(extract(target, '^[a-z]+://[^/?#]*:([0-9]+)')), startsWith(target, 'http://'), 80, startsWith(target, 'https://'), 443, startsWith(target, 'ftp://'), 21, 0)",
  // Canonical text of an address (RFC 5952 for v6; v4 mapped into v6 as v4), '' when it is none.
  addressOf:
    "(x) -> multiIf(isIPv4String(x), x, isIPv6String(x), replaceRegexpOne(toString(toIPv6OrDefault(x)), '^::ffff:([0-9.]+)$', '\\\\1'), '')",
  // Time of a Zeek record, however `json_timestamps` is set. Logs of a capture without a clock count from 0: kept as they are.
  zeekTime:
    "(x) -> if(match(x, '^[0-9]{1,10}([.][0-9]*)?$'), fromUnixTimestamp64Micro(toInt64(round(toFloat64OrZero(x) * 1e6)), 'UTC'), anyTime(x))",
  // A DNS answer: an address in canonical text, a name as `domain`; anything else (TXT, SOA …) as it stands.
  answerOf: "(x) -> multiIf(addressOf(x) != '', addressOf(x), match(x, '^[A-Za-z0-9._-]+$'), nameOf(x), x)",
  // Host that an HTTP request is for: its Host header, else the target of CONNECT or of an absolute URI (a proxy’s log).
  httpHost:
    "(method, host, uri) -> multiIf(host != '', replaceRegexpOne(host, '^([^:@/]+):[0-9]+$', '\\\\1'), method = 'CONNECT', extract(uri, '^([^/:@]+):[0-9]+$'), match(uri, '^[A-Za-z][A-Za-z0-9+.-]*://'), hostOf(uri), '')",
  // URL of an HTTP request that a sensor saw in the clear; '' for CONNECT, which has none. Host as in `httpHost`, or the address.
  httpUrl:
    "(method, host, uri, ip, port) -> multiIf(method = 'CONNECT' OR uri = '' OR host = '' AND ip = '', '', match(uri, '^[A-Za-z][A-Za-z0-9+.-]*://'), uri, concat('http://', if(isIPv6String(if(host = '', ip, host)), concat('[', if(host = '', ip, host), ']'), if(host = '', ip, host)), if(port IN (0, 80) OR match(host, '^[^:]+:[0-9]+$'), '', concat(':', toString(port))), if(startsWith(uri, '/'), '', '/'), uri))",
  // Zeek writes bytes that are not printable, and its own separators, as \xHH.
  zeekText:
    "(x) -> if(position(x, '\\\\x') = 0, x, toValidUTF8(arrayStringConcat(arrayMap((part, i) -> multiIf(i = 1, part, match(part, '^[0-9A-Fa-f]{2}'), concat(unhex(substring(part, 1, 2)), substring(part, 3)), concat('\\\\x', part)), splitByString('\\\\x', x), arrayEnumerate(splitByString('\\\\x', x))))))",
  // Fields of one CSV line (RFC 4180 quotes, blanks allowed before a quote), [] when a quote is not closed. `d`: a separator.
  csvFields: "(x, d) -> csvCut(trim(BOTH ' ' FROM trim(TRAILING '\\r' FROM x)), d)",
  // Lines without quotes, and those with every field in quotes and none within, are split as they are. The others are cut
  // at the quotes: separators between quotes stay, those outside become U+001F (a U+001F of the line’s own a blank).
  // A regex for the fields took six times as long.
  csvCut:
    "(x, d) -> multiIf(position(x, '\"') = 0, splitByString(d, x), length(x) > 1 AND startsWith(x, '\"') AND endsWith(x, '\"') AND countSubstrings(substring(x, 2, length(x) - 2), '\"') = 2 * countSubstrings(substring(x, 2, length(x) - 2), concat('\"', d, '\"')), splitByString(concat('\"', d, '\"'), substring(x, 2, length(x) - 2)), countSubstrings(x, '\"') % 2 = 1, [], splitByChar('\\x1F', arrayStringConcat(csvPieces(splitByChar('\"', replaceAll(x, '\\x1F', ' ')), d))))",
  // Pieces between quotes are those with an even number; an empty one outside, but at the ends, is a doubled quote.
  csvPieces:
    "(pieces, d) -> arrayMap((p, i) -> multiIf(i % 2 = 0, p, i = 1, replaceAll(trim(TRAILING ' ' FROM p), d, '\\x1F'), i = length(pieces), replaceAll(trim(LEADING ' ' FROM p), d, '\\x1F'), p = '', '\"', replaceAll(trim(BOTH ' ' FROM p), d, '\\x1F')), pieces, arrayEnumerate(pieces))",
  // Seconds since 1970 as text (nine digits or ten: 1973 to 2286), with or without a fraction; 1970 when it is none.
  epochTime:
    "(x) -> if(match(x, '^[0-9]{9,10}([.][0-9]+)?$'), fromUnixTimestamp64Micro(toInt64(round(toFloat64OrZero(x) * 1e6)), 'UTC'), toDateTime64(0, 6, 'UTC'))",
  // Date and time as ISO 8601 writes them, `T` or a blank between; UTC when no offset is stated; 1970 when it is something else.
  isoTime:
    "(x) -> if(match(x, '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-6][0-9]([.,][0-9]+)?)? ?(Z|UTC|[+-][0-9]{2}(:?[0-9]{2})?)?$'), parseDateTime64BestEffortOrZero(replaceOne(x, ',', '.'), 6, 'UTC'), toDateTime64(0, 6, 'UTC'))",
  // Either of these, or whole milli-, micro- or nanoseconds since 1970, told by the number of digits (years 2001 to 2286).
  anyTime:
    "(x) -> multiIf(match(x, '^[0-9]{17,19}$'), fromUnixTimestamp64Micro(intDiv(toInt64OrZero(x), 1000), 'UTC'), match(x, '^[0-9]{14,16}$'), fromUnixTimestamp64Micro(toInt64OrZero(x), 'UTC'), match(x, '^[0-9]{11,13}$'), fromUnixTimestamp64Micro(toInt64OrZero(x) * 1000, 'UTC'), match(x, '^[0-9.]+$'), epochTime(x), isoTime(x))",
  // `Feb 29 22:04:25` without a year: the newest such time not later than `newest` (µs) and a day, for clocks ahead of UTC.
  yearlessTime:
    "(month, day, clock, newest) -> parseDateTime64BestEffortOrZero(if(monthDay(month, day) = '' OR NOT match(clock, '^([01][0-9]|2[0-3]):[0-5][0-9]:[0-6][0-9]([.][0-9]+)?$'), '', concat(toString(yearOf(monthDay(month, day), clock, fromUnixTimestamp64Micro(toInt64(newest) + 86400000000, 'UTC'))), '-', monthDay(month, day), 'T', clock)), 6, 'UTC')",
  monthDay:
    "(month, day) -> if(match(day, '^(0?[1-9]|[12][0-9]|3[01])$') AND length(month) = 3 AND position('JanFebMarAprMayJunJulAugSepOctNovDec', month) % 3 = 1, concat(leftPad(toString(intDiv(position('JanFebMarAprMayJunJulAugSepOctNovDec', month), 3) + 1), 2, '0'), '-', leftPad(day, 2, '0')), '')",
  yearOf:
    "(md, clock, latest) -> toUInt16(toYear(latest) - (concat(md, ' ', clock) > substring(toString(latest), 6)) - if(md = '02-29', (toYear(latest) - (concat(md, ' ', clock) > substring(toString(latest), 6))) % 4, 0))",
  // Time at the head of a log line: ISO 8601, `2024-05-09 22:04:25`, `05-Jul-2023 12:00:00.123`, syslog without a year;
  // before it perhaps <PRI> or `<PRI>1` (RFC 3164, 5424). 1970 when there is none. No zone: UTC.
  logTime: '(head, newest) -> headTime(withoutPriority(head), newest)',
  withoutPriority: "(head) -> if(startsWith(head, '<'), replaceRegexpOne(head, '^<[0-9]{1,3}> ?(1 )?', ''), head)",
  // Told by single characters: each regex that is not asked saves a fifth of the time that the line costs.
  headTime:
    "(t, newest) -> multiIf(substring(t, 5, 1) = '-', isoTime(if(substring(t, 11, 1) = ' ', substringIndex(t, ' ', 2), substringIndex(t, ' ', 1))), substring(t, 3, 1) = '-', if(match(t, '^[0-9]{2}-[A-Z][a-z]{2}-[0-9]{4} ([01][0-9]|2[0-3]):[0-5][0-9]:[0-6][0-9]([.,][0-9]+)?( |$)'), parseDateTime64BestEffortOrZero(replaceOne(substringIndex(t, ' ', 2), ',', '.'), 6, 'UTC'), toDateTime64(0, 6, 'UTC')), substring(t, 4, 1) = ' ', yearlessTime(substring(t, 1, 3), trim(BOTH ' ' FROM substring(t, 5, 2)), substringIndex(trim(LEADING ' ' FROM substring(t, 7, 32)), ' ', 1), newest), toDateTime64(0, 6, 'UTC'))",
  // BIND’s own time (`05-Jul-2023 12:00:00.123`, with milliseconds and year) where it stands behind a syslog head; else `logTime`.
  namedTime:
    "(head, newest) -> if(substring(head, 3, 1) != '-' AND match(head, ' [0-9]{2}-[A-Z][a-z]{2}-[0-9]{4} [0-9]'), logTime(extract(head, ' ([0-9]{2}-[A-Z][a-z]{2}-[0-9]{4} [0-9].*)'), newest), logTime(head, newest))",
  // Bytes of a big-endian number in a DNS message at a position from 1; 0 behind its end.
  byteAt: '(m, i) -> reinterpretAsUInt8(substring(m, i, 1))',
  wordAt: '(m, i) -> reinterpretAsUInt16(reverse(substring(m, i, 2)))',
  // Addresses (A, AAAA) in the answers of a DNS message with one question; stops where names are not written as compressed.
  dnsAddresses:
    "(m) -> if(length(m) < 17 OR wordAt(m, 5) != 1, emptyArrayString(), tupleElement(arrayFold((s, i) -> dnsRecord(m, s.1, if(byteAt(m, s.1) >= 192, s.1 + 2, position(m, '\\0', s.1) + 1), s.2), range(least(wordAt(m, 7), 32)), (toUInt64(position(m, '\\0', 13) + 5), emptyArrayString())), 2))",
  dnsRecord:
    '(m, start, r, found) -> if(start = 0 OR r <= start OR wordAt(m, r + 2) != 1 OR r + 9 + wordAt(m, r + 8) > length(m), (toUInt64(0), found), (toUInt64(r + 10 + wordAt(m, r + 8)), multiIf(wordAt(m, r) = 1 AND wordAt(m, r + 8) = 4, arrayPushBack(found, IPv4NumToString(reinterpretAsUInt32(reverse(substring(m, r + 10, 4))))), wordAt(m, r) = 28 AND wordAt(m, r + 8) = 16, arrayPushBack(found, addressOf(IPv6NumToString(toFixedString(substring(m, r + 10, 16), 16)))), found)))',
  // DNS response code by number (IANA DNS RCODEs), the number as text when it has no name.
  rcodeName:
    "(x) -> transform(toInt64(x), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 16], ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED', 'YXDOMAIN', 'YXRRSET', 'NXRRSET', 'NOTAUTH', 'NOTZONE', 'BADVERS'], toString(x))",
  // DNS type by number (IANA), TYPEn as RFC 3597 writes it when it is none of the usual.
  qtypeName:
    "(x) -> transform(toInt64(x), [1, 2, 5, 6, 12, 13, 15, 16, 17, 24, 25, 28, 29, 33, 35, 37, 39, 41, 43, 44, 46, 47, 48, 50, 52, 61, 64, 65, 99, 251, 252, 255, 256, 257], ['A', 'NS', 'CNAME', 'SOA', 'PTR', 'HINFO', 'MX', 'TXT', 'RP', 'SIG', 'KEY', 'AAAA', 'LOC', 'SRV', 'NAPTR', 'CERT', 'DNAME', 'OPT', 'DS', 'SSHFP', 'RRSIG', 'NSEC', 'DNSKEY', 'NSEC3', 'TLSA', 'OPENPGPKEY', 'SVCB', 'HTTPS', 'SPF', 'IXFR', 'AXFR', 'ANY', 'URI', 'CAA'], concat('TYPE', toString(x)))",
  // Umbrella’s type of an identity: is it a device, or a user? A network or site is where a contact came from, not who made it.
  umbrellaDevice:
    "(t) -> match(t, '(?i)roaming|mobile|computer|device|client|endpoint|chromebook') AND NOT match(t, '(?i)^ *(internal )?network|site')",
  umbrellaUser: "(t) -> match(t, '(?i)\\\\busers?\\\\b')",
  // `Mon Aug 28 08:05:55 2023`, as C’s ctime writes it; UTC; 1970 when it is something else.
  ctimeTime:
    "(x) -> isoTime(concat(splitByWhitespace(x)[5], '-', monthDay(splitByWhitespace(x)[2], splitByWhitespace(x)[3]), ' ', splitByWhitespace(x)[4]))",
  // `2024/03/12 15:02:32` as PAN-OS writes it, and `3/12/24 15:02` as spreadsheets leave it; UTC; 1970 when it is something else.
  slashTime:
    "(x) -> if(match(x, '^[0-9]{4}/'), isoTime(replaceAll(x, '/', '-')), isoTime(replaceRegexpOne(replaceRegexpAll(x, '\\\\b([0-9])\\\\b', '0\\\\1'), '^([0-9]{2})/([0-9]{2})/([0-9]{2}) ([0-9]{2}:[0-9]{2})$', '20\\\\3-\\\\1-\\\\2 \\\\4')))",
  // A PAN-OS record without the syslog head before it, which holds no comma: `… host 1,2024/03/12 15:02:32,serial,TRAFFIC,…`.
  panRecord:
    "(line) -> if(match(line, '^[0-9]*,[0-9]+/'), line, replaceRegexpOne(line, '^[^,\"]*?[ :]([0-9]{0,2},[0-9]{1,4}/[0-9]{1,2}/)', '\\\\1'))",
  // IP protocol by number (IANA), the number as text when it is none of the usual.
  protocolName:
    "(x) -> transform(toInt64(x), [1, 2, 4, 6, 17, 41, 47, 50, 51, 58, 89, 112, 132], ['icmp', 'igmp', 'ipip', 'tcp', 'udp', 'ipv6', 'gre', 'esp', 'ah', 'icmp6', 'ospf', 'vrrp', 'sctp'], toString(x))",
  // Is a flow that is logged in one direction only the reply? The side with a port below 1024 served.
  isReply: '(src_port, dst_port) -> src_port > 0 AND src_port < 1024 AND dst_port >= 1024',
  // Date and clock of a Microsoft DNS debug log, whose day is written as the locale writes it (`order`: mdy, dmy, ymd); UTC; 1970 when
  // they are none. 20260920 is a date of its own.
  msdnsTime:
    "(day, clock, half, order) -> isoTime(concat(msdnsDay(if(match(day, '^[0-9]{8}$'), [substring(day, 1, 4), substring(day, 5, 2), substring(day, 7, 2)], splitByRegexp('[/.-]', day)), if(match(day, '^[0-9]{8}$'), 'ymd', order)), ' ', leftPad(if(half = '', substringIndex(clock, ':', 1), toString(toUInt8OrZero(substringIndex(clock, ':', 1)) % 12 + if(half = 'PM', 12, 0))), 2, '0'), substring(clock, position(clock, ':'))))",
  msdnsDay:
    "(parts, order) -> arrayStringConcat(arrayMap((part, i) -> leftPad(part, if(i = 1, 4, 2), '0'), arrayMap(i -> parts[i], multiIf(order = 'ymd', [1, 2, 3], order = 'mdy', [3, 1, 2], [3, 2, 1])), [1, 2, 3]), '-')",
  // A time of CEF and LEEF: any of `anyTime`, or `Aug 02 2022 06:42:20[.123]`; a zone behind it that is no offset is read as UTC.
  eventTime:
    "(x) -> if(match(x, '^[A-Z][a-z]{2} +[0-9]'), isoTime(concat(splitByWhitespace(x)[3], '-', monthDay(splitByWhitespace(x)[1], splitByWhitespace(x)[2]), 'T', splitByWhitespace(x)[4])), anyTime(x))",
  // What a record says of its device, as one text: joins `network` with `identity`.
  subjectOf:
    "(device, device_from, user, ip, mac, host) -> arrayStringConcat([device, device_from, user, ip, mac, host], '\\x1F')",
  // The same as a number. Of a LowCardinality column the hash is taken once a value, so that this costs next to nothing.
  subjectKey:
    '(device, device_from, user, ip, mac, host) -> sipHash64(device) + 3 * sipHash64(device_from) + 5 * sipHash64(user) + 7 * sipHash64(ip) + 11 * sipHash64(mac) + 13 * sipHash64(host)',
  // Host, path and query of a URL without scheme, userinfo and fragment; the host in lower case.
  urlKeyOf:
    "(x) -> concat(lower(extract(x, '^[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@]*@)?([^/?#]*)')), extract(cutFragment(x), '^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*(.*)$'))",
}

export function schemaStatements(): string[] {
  return [
    ...Object.entries(functions).map(([name, body]) => `CREATE OR REPLACE FUNCTION ${name} AS ${body}`),
    ...tables.map((table) => createTable(table)),
    'CREATE TABLE IF NOT EXISTS settled (source UInt64) ENGINE = MergeTree ORDER BY source',
    'CREATE TABLE IF NOT EXISTS migration (version UInt32, codling String, applied DateTime64(6), declared String) ENGINE = MergeTree ORDER BY version',
  ]
}

export function viewStatements(): string[] {
  return [sourceLive, ...tables.filter((table) => table.role === 'evidence').map(committedView)]
}
