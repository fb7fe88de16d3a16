// The tables. Names follow OCSF where it has a word; ATT&CK, Zeek and Apple terms otherwise.
import { columns, defineTable, type Row } from './table.ts'

const { text, word, time, amount, port } = columns

/** Where a row of evidence comes from. Stamped by the pipeline, never by a format. */
const provenance = {
  source: { type: 'UInt64', means: 'id of the source (table `source`)', empty: 'never empty' },
  record: { type: 'UInt64', means: 'line number (text) or record number, from 1', empty: 'never empty' },
} as const

/** Who was observed, exactly as the record says it. The device behind it is worked out in `identity`. */
const observed = {
  device: word('device as the record, its folder or the operator names it', 'the record names none'),
  user: word('user as the record names it'),
} as const

export const network = defineTable({
  name: 'network',
  title: 'One network observation: a DNS query, a flow, a TLS handshake, an HTTP request, or an app–domain summary',
  ocsf: '4001 Network Activity (dns: 4003 DNS Activity; http: 4002 HTTP Activity)',
  role: 'evidence',
  order: ['source', 'record'],
  columns: {
    ...provenance,
    ts: time('when the contact began', 'never empty: a record without a time is a problem'),
    ts_end: time('when it was last seen; equal to `ts` for a single event', '1970: same as `ts`'),
    kind: word('dns | flow | tls | http | app_domain', 'never empty'),
    ...observed,
    src_host: word('host name that the record gives the client'),
    src_mac: word('MAC address of the client, lower case with colons'),
    src_ip: word('address of the client, canonical text'),
    src_port: port('port of the client'),
    app: word('bundle id of the app'),
    process: word('process name, perhaps cut at 15–16 characters'),
    attribution: word('how app or process were known: on_device_report | packet_metadata | per_app_vpn', 'none'),
    domain: text(
      'name contacted: lower case ASCII, no final dot; see `nameOf` in engine/migrations',
      'no name in the record',
    ),
    domain_raw: text('the name as written, where that differs from `domain`', 'same as `domain`'),
    url: text('full URL as written'),
    dst_ip: text('address contacted, canonical text; for DNS the resolver'),
    dst_port: port('port contacted'),
    transport: word('tcp | udp | quic | icmp …, lower case'),
    service: word('application protocol as the sensor names it: dns, ssl, http …'),
    qtype: word('DNS query type: A, AAAA, HTTPS …'),
    status: word('rcode, conn_state, HTTP status or the product’s verdict, as written'),
    action: word('allowed | blocked', 'the record gives no verdict'),
    answers: {
      type: 'Array(String)',
      means: 'DNS answers: addresses in canonical text, names as `domain`',
      empty: 'none stated',
    },
    bytes_out: amount('bytes from the client', 'bytes'),
    bytes_in: amount('bytes to the client', 'bytes'),
    duration: amount('length of the flow', 'µs'),
    hits: { type: 'UInt32', means: 'contacts that this row stands for', empty: 'never 0', fallback: '1' },
    initiated: word('app | user: who asked for the contact (App Privacy Report: initiatedType)'),
    context: text('page or content that the contact was made for (App Privacy Report: context)'),
    domain_owner: word('owner of the name as the record states it (App Privacy Report: domainOwner)'),
    referrer: text('HTTP referrer as written'),
    user_agent: word('HTTP user agent'),
    ja3: word('JA3 of the client hello'),
    ja4: word('JA4 of the client hello'),
    cert_sha1: text('SHA-1 of the leaf certificate, lower-case hex'),
    cert_sha256: text('SHA-256 of the leaf certificate, lower-case hex'),
    event_key: text('what makes the record the same record in another file', 'the hash of `raw`'),
    raw: { type: 'String', means: 'the record as it stands in the source', empty: 'never empty', codec: 'LZ4' },
  },
})

export const deviceEvent = defineTable({
  name: 'device_event',
  title: 'One event on a device: crash, jetsam, panic, resource report, reboot, privacy access, app or posture change',
  ocsf: '1007 Process Activity (crash), 5001 Device Inventory Info (posture), 6001 Web Resource Access (access)',
  role: 'evidence',
  order: ['source', 'record'],
  columns: {
    ...provenance,
    ts: time('when it happened', 'never empty: a record without a time is a problem'),
    ts_end: time('when it ended (an access interval)', '1970: same as `ts`'),
    kind: word(
      'crash | user_fault | jetsam | panic | force_reset | watchdog | stackshot | cpu | wakeups | disk_writes | memory | reset_counter | analytics | access | posture | profile | certificate | app | reboot | shutdown_client | other',
      'never empty',
    ),
    ...observed,
    crash_reporter_key: word('Apple crash-reporter key: one device until it is erased'),
    serial: word('serial number'),
    udid: word('UDID'),
    hardware: word('model code such as iPhone15,3'),
    os_version: word('OS version such as 17.4.1'),
    os_build: word('OS build such as 21E236'),
    platform: word('ios | macos | watchos | tvos | visionos: reports of another platform are kept and told apart'),
    app: word('bundle id'),
    app_version: word('version of the app'),
    process: word('process name'),
    process_path: text('path of the executable'),
    parent: word('parent process'),
    first_party: word('yes | no: the report says whether Apple wrote the code'),
    incident_id: text('incident id of the report'),
    bug_type: word('Apple bug_type'),
    exception_type: word('EXC_BAD_ACCESS, EXC_CRASH …'),
    exception_subtype: text('such as KERN_INVALID_ADDRESS at 0x…'),
    exception_codes: text('codes as written'),
    signal: word('SIGSEGV …'),
    termination_namespace: word('SIGNAL, SPRINGBOARD, MTE_FAIL …'),
    termination_code: word('code as written: 0x8badf00d …'),
    termination_reason: text('indicator or text'),
    fault_address: text('address that was touched'),
    pc: text('program counter of the faulting thread'),
    pc_image: word('image that holds pc', 'pc lies outside every image, or is not stated: see `pc_known`'),
    pc_known: { type: 'UInt8', means: '1: pc and images were both in the report', empty: '0: cannot be told' },
    locked: word('yes | no: device was locked'),
    category: word('access: location, contacts …; resource: the resource; jetsam: reason'),
    detail: { type: 'Map(String, String)', means: 'further facts under Apple’s own key', empty: 'none' },
    event_key: text('what makes the record the same record in another file (.ips: incident id)', 'the hash of `raw`'),
    raw: {
      type: 'String',
      means: 'the record; of a long report the header line and the first 4,096 characters',
      empty: 'never empty',
      codec: 'LZ4',
    },
  },
})

export const identityEvent = defineTable({
  name: 'identity_event',
  title: 'One statement that an address, MAC, host name, user or key belonged to a device for a time',
  ocsf: '4004 DHCP Activity; 5001 Device Inventory Info',
  role: 'evidence',
  order: ['source', 'record'],
  columns: {
    ...provenance,
    ts: time('from when it holds', '1970: always'),
    ts_end: time('until when it holds', '1970: until the next statement about the same address, or for ever'),
    kind: word('map | lease | inventory', 'never empty'),
    ...observed,
    group: word('group or department'),
    ip: word('address, canonical text'),
    mac: word('MAC address, lower case with colons'),
    host: word('host name, lower case'),
    serial: word('serial number'),
    udid: word('UDID'),
    crash_reporter_key: word('Apple crash-reporter key'),
    labels: { type: 'Map(String, String)', means: 'further columns of the map', empty: 'none' },
    event_key: text('as in `network`', 'the hash of `raw`'),
    raw: { type: 'String', means: 'the record as it stands in the source', empty: 'never empty', codec: 'LZ4' },
  },
})

export const problem = defineTable({
  name: 'problem',
  title:
    'A sample of what could not be read: bad data with its position (at most 20 a source and code; `source` counts all)',
  ocsf: 'none: a record of Codling itself',
  role: 'evidence',
  order: ['source', 'record'],
  columns: {
    ...provenance,
    code: word('code of the problem', 'never empty'),
    byte: amount('byte offset in the decompressed source', 'bytes'),
    detail: text('what was wrong', 'nothing to add'),
    sample: text('first 200 characters of the record', 'none'),
  },
})

export const source = defineTable({
  name: 'source',
  title: 'A source whose rows count: written once, when all its rows are stored',
  ocsf: 'none: a record of Codling itself',
  role: 'state',
  order: ['id'],
  columns: {
    id: { type: 'UInt64', means: 'id, random', empty: 'never empty' },
    sha256: text(
      'SHA-256 of the decompressed content, and for a source with options that change its rows, of those',
      'never empty',
    ),
    head: text('SHA-256 of its first 64 KiB: finds a predecessor without reading all', 'never empty'),
    path: text('path as the user gave it, members as archive!member', 'never empty'),
    format: word('id of the format', 'no format claimed it'),
    format_version: { type: 'UInt32', means: 'version of the format', empty: '0: unclaimed' },
    status: word('ok | partial | failed | skipped | unclaimed', 'never empty'),
    rows: { type: 'Map(String, UInt64)', means: 'rows stored, by table', empty: 'none' },
    problems: { type: 'Map(String, UInt64)', means: 'problems, by code', empty: 'none' },
    coverage: {
      type: 'Map(String, UInt64)',
      means: 'rows of `network` and `device_event` with each of device, user, app, process, domain, ip …',
      empty: 'none',
    },
    first: time('first time in it', '1970: no row'),
    last: time('last time in it', '1970: no row'),
    bytes: { type: 'UInt64', means: 'decompressed bytes', unit: 'bytes', empty: 'empty file' },
    lines: { type: 'UInt64', means: 'lines or records', empty: 'none' },
    replaces: { type: 'UInt64', means: 'source of an older format version that this one replaces', empty: '0: none' },
    device: word('device that the operator or the folder gives the whole source'),
    device_from: word('option | folder'),
    committed: time('when it was committed', 'never empty'),
  },
})

export const name = defineTable({
  name: 'name',
  title: 'A distinct value ever seen in `network`, by source: indicators and rarity are worked out here, once a value',
  ocsf: 'none: derived from network',
  role: 'evidence',
  order: ['source', 'kind', 'value'],
  columns: {
    source: provenance.source,
    kind: word('domain | ip | app | process | ja3 | ja4 | cert | subject (see `identity`)', 'never empty'),
    value: text('the value as in `network`', 'never empty'),
    canonical: text(
      'the value as `names/` normalises it, for every domain that is not plain',
      'a plain name, or no domain: same as `value`',
    ),
    first: time('first time', 'never empty'),
    last: time('last time', 'never empty'),
    rows: { type: 'UInt64', means: 'rows', empty: 'never 0' },
  },
})

export const indicator = defineTable({
  name: 'indicator',
  title: 'One assertion of one feed about one indicator; events in `indicator_event` change its state',
  ocsf: 'osint object',
  role: 'state',
  // every run reads it whole; sorting 1.5 M values would take longer than that ever saves
  order: ['match', 'kind'],
  columns: {
    id: {
      type: 'String',
      means: 'hash of kind, value and url: the same in every feed',
      empty: 'never empty',
      fallback: 'lower(hex(sipHash128(kind, value, url)))',
    },
    kind: word(
      'domain | host | url | ip | cidr | sni | cert_sha1 | cert_sha256 | ja3 | ja4 | process | file_name | file_path | file_sha256 … | app | profile | email',
      'never empty',
    ),
    match: word(
      'column of `name` it is compared with: domain | ip | cidr | app | process | ja3 | ja4 | cert',
      'searchable only',
    ),
    value: text('normalised value; of a URL the host', 'never empty'),
    raw: text('value as the feed wrote it', 'never empty'),
    url: text('of a URL indicator: normalised URL', 'not a URL'),
    feed: word('feed: name in the file, else the file name', 'never empty'),
    families: { type: 'Array(String)', means: 'malware families or campaigns', empty: 'none stated' },
    targeted: { type: 'UInt8', means: '1: the feed says targeted (mercenary) spyware', empty: '0: not said' },
    confidence: amount('confidence of the feed, 0–100', 'percent'),
    valid_from: time('feed’s valid_from', '1970: not stated'),
    valid_until: time('feed’s valid_until', '1970: not stated'),
    published: time('when the feed published it', '1970: not stated'),
    state: word('proposed | approved | expired | revoked | rejected', 'never empty'),
    reason: text('why it has this state', 'none'),
    review: time('when it must be looked at again', '1970: never'),
    added: time('when it came into this store', 'never empty'),
  },
})

export const identity = defineTable({
  name: 'identity',
  title:
    'Which device a subject (what a record says of its device) meant from when to when; worked out anew from identity_event',
  ocsf: 'none: derived from identity_event',
  role: 'working',
  order: ['subject', 'from'],
  columns: {
    subject: text(
      'what the record says: device, how the source got it, user, address, MAC, host, joined by U+001F',
      'never empty',
    ),
    from: time('from when, inclusive', '1970: always'),
    to: time('until when, exclusive', 'never empty (2255: for ever)'),
    device: text('id of the device', 'not known, or nobody can tell which of several: see `candidates`'),
    name: text('name of the device: column `device` of the map, or the label of the folder'),
    user: text('its user'),
    group: text('its group'),
    how: word('record | option | folder | map:ip | lease:mac …: what it rests on', 'nothing'),
    candidates: { type: 'UInt32', means: 'devices that claim the value in this time', empty: '0: none' },
  },
})

export const match = defineTable({
  name: 'match',
  title:
    'A value of `name` that an indicator matches, by run of the analytic and stretch of time; removed when the run ends',
  ocsf: 'none: working table of AN1700',
  role: 'working',
  order: ['run', 'kind', 'value'],
  columns: {
    run: { type: 'UInt64', means: 'run of the analytic', empty: 'never 0' },
    kind: word('kind of `name`', 'never empty'),
    value: text('value as in `name` and `network`', 'never empty'),
    indicator: text('id of the indicator', 'never empty'),
    how: word('kind of the indicator', 'never empty'),
    url: text('of a URL indicator: host, path and query', 'not a URL'),
    phase: word(
      'candidate (time not yet looked at) | valid | retroactive | expired | revoked: what the indicator was from `from` to `to`',
      'never empty',
    ),
    from: time('inclusive', '1970: since ever'),
    to: time('exclusive', 'never empty (2255: for ever)'),
  },
})

export const scanSource = defineTable({
  name: 'scan_source',
  title: 'A source that a run of the analytics is about; removed when the run ends',
  ocsf: 'none: working table of a run',
  role: 'working',
  order: ['run', 'source'],
  columns: {
    run: { type: 'UInt64', means: 'run of the analytics', empty: 'never 0' },
    source: { type: 'UInt64', means: 'id of the source', empty: 'never 0' },
  },
})

const hash = (means: string, empty = 'never 0') => ({ type: 'UInt64', means, empty }) as const
const dayNumber = { type: 'UInt32', means: 'day (UTC), in days since 1970', empty: '0: 1970-01-01' } as const

export const sourceDay = defineTable({
  name: 'source_day',
  title: 'A day that a committed source tells of: what the baselines of a day rest on',
  ocsf: 'none: a record of Codling itself',
  role: 'state',
  order: ['source', 'day'],
  columns: {
    source: provenance.source,
    day: dayNumber,
    rows: { type: 'UInt64', means: 'rows of `network`', empty: 'it tells of no day at all' },
  },
})

export const subjectHour = defineTable({
  name: 'subject_hour',
  title:
    'What a subject did at a name or address in an hour, of the days that are being worked out; names, addresses and subjects as hashes (sipHash64)',
  ocsf: 'none: working table of AN1756',
  role: 'working',
  order: ['hour', 'subject', 'value'],
  columns: {
    hour: { type: 'UInt32', means: 'hours since 1970', empty: '0: 1970-01-01' },
    subject: hash('what the record says of its device: see subject-hour.sql'),
    value: hash('name contacted, or the address where the record has no name'),
    port: port('port contacted; 0 for DNS'),
    class: {
      type: 'UInt8',
      means: '0 flow with a name, 1 tls or http, 2 dns, 3 any other, 4 flow without a name',
      empty: 'flow with a name',
    },
    app: hash('bundle id of the app', '0: not stated'),
    contacts: { type: 'UInt64', means: 'contacts', empty: 'never 0' },
    failed: { type: 'UInt64', means: 'contacts that were refused, reset, blocked or never answered', empty: 'none' },
    odd: { type: 'UInt64', means: 'DNS: questions for TXT, NULL and other types that carry data', empty: 'none' },
    bytes_out: { type: 'UInt64', means: 'bytes from the client', unit: 'bytes', empty: 'none, or not stated' },
    bytes_in: { type: 'UInt64', means: 'bytes to the client', unit: 'bytes', empty: 'none, or not stated' },
    minutes: { type: 'UInt64', means: 'minutes of the hour with a contact: bit 0 is minute 0', empty: 'never 0' },
    first: { type: 'Int64', means: 'first contact, since 1970', unit: 'µs', empty: 'never empty' },
    last: { type: 'Int64', means: 'last contact, since 1970', unit: 'µs', empty: 'never empty' },
  },
})

export const called = defineTable({
  name: 'called',
  title:
    'What a subject called an address in an hour, of the days that are being worked out and those before: flows carry no name; hashes as in `subject_hour`',
  ocsf: 'none: working table of AN1756',
  role: 'working',
  order: ['hour', 'subject', 'address'],
  columns: {
    hour: { type: 'UInt32', means: 'hours since 1970', empty: '0: 1970-01-01' },
    subject: hash('what the record says of its device'),
    address: hash('address'),
    name: hash('name'),
    contacts: { type: 'UInt64', means: 'contacts', empty: 'never 0' },
  },
})

export const flowName = defineTable({
  name: 'flow_name',
  title:
    'The name of an address that flows went to, of the days that are being worked out; hashes as in `subject_hour`',
  ocsf: 'none: working table of AN1756',
  role: 'working',
  order: ['key'],
  columns: {
    key: hash('hash of subject, hour and address'),
    hour: { type: 'UInt32', means: 'hours since 1970, while there is no name', empty: 'there is a name' },
    subject: hash('subject, while there is no name', '0: there is a name'),
    address: hash('address, while there is no name', '0: there is a name'),
    name: hash('name', '0: not found yet'),
  },
})

export const place = defineTable({
  name: 'place',
  title: 'What a name or address is part of: the destination that baselines are kept for',
  ocsf: 'none: derived from name',
  role: 'state',
  order: ['value'],
  columns: {
    value: text('domain or address as in `name`', 'never empty'),
    destination: text(
      'registrable domain; the full name under shared suffixes; the address where there is no name',
      'never empty',
    ),
    class: word('internal | address | apple | cdn | cloud | sdk … as in names/', 'a name that is nothing known'),
    id: { ...hash('hash of `value`'), fallback: 'sipHash64(value)' },
    destination_id: { ...hash('hash of `destination`'), fallback: 'sipHash64(destination)' },
    size: { type: 'UInt32', means: 'length of `value`', unit: 'bytes', empty: 'never 0', fallback: 'length(value)' },
  },
})

export const visit = defineTable({
  name: 'visit',
  title: 'What a device did at a destination in an hour, over all sources: dns, tls and flow of one contact are one',
  ocsf: 'none: derived from network',
  role: 'state',
  // sorting and grouping by text took three times as long
  order: ['pair', 'hour'],
  columns: {
    who: text('the device, or what stands for it: `device ID`, `label NAME`, `address …`', 'never empty'),
    destination: text('as in `place`; of an internal service address:port', 'never empty'),
    pair: hash('hash of device and destination'),
    class: word('as in `place`'),
    hour: time('start of the hour', 'never empty'),
    app: word('app that made the contact, where a record says so'),
    contacts: { type: 'UInt64', means: 'contacts', empty: 'never 0' },
    failed: { type: 'UInt64', means: 'contacts that failed', empty: 'none' },
    bytes_out: { type: 'UInt64', means: 'bytes from the device', unit: 'bytes', empty: 'none, or not stated' },
    bytes_in: { type: 'UInt64', means: 'bytes to the device', unit: 'bytes', empty: 'none, or not stated' },
    minutes: { type: 'UInt64', means: 'minutes of the hour with a contact', empty: 'never 0' },
    names: { type: 'UInt64', means: 'distinct names below the destination', empty: 'none' },
    longest: { type: 'UInt64', means: 'characters of the names below the destination, together', empty: 'none' },
    odd: { type: 'UInt64', means: 'DNS questions for types that carry data', empty: 'none' },
    first: time('first contact', 'never empty'),
    last: time('last contact', 'never empty'),
  },
})

export const visitDay = defineTable({
  name: 'visit_day',
  title:
    'A day whose visits are complete, and what they were worked out from: where that differs now, the day is worked out anew',
  ocsf: 'none: a record of Codling itself',
  role: 'state',
  order: ['day'],
  columns: {
    day: dayNumber,
    inputs: text('hash of the rows and identities that the visits rest on (days.sql)', 'never empty'),
    recipe: text('hash of how visits are worked out', 'never empty'),
  },
})

export const finding = defineTable({
  name: 'finding',
  title: 'A finding as last judged; the newest row of an id counts',
  ocsf: '2004 Detection Finding',
  role: 'state',
  order: ['id', 'judged'],
  columns: {
    id: text('stable id', 'never empty'),
    analytic: word('AN1700 …', 'never empty'),
    version: { type: 'UInt32', means: 'version of the analytic', empty: 'never 0' },
    judged: time('when it was judged', 'never empty'),
    first_judged: time('when it was first judged', 'never empty'),
    severity: word('critical | high | medium | low | info', 'never empty'),
    body: {
      type: 'String',
      means: 'the finding as JSON (schema codling.scan/1)',
      empty: 'never empty',
      codec: 'LZ4',
    },
  },
})

export const tables = [
  network,
  deviceEvent,
  identityEvent,
  problem,
  name,
  source,
  indicator,
  identity,
  match,
  scanSource,
  sourceDay,
  subjectHour,
  called,
  flowName,
  place,
  visit,
  visitDay,
  finding,
] as const

export type NetworkRow = Row<typeof network>
export type DeviceEventRow = Row<typeof deviceEvent>
export type IdentityEventRow = Row<typeof identityEvent>
export type ProblemRow = Row<typeof problem>
export type SourceRow = Row<typeof source>
export type IndicatorRow = Row<typeof indicator>
export type FindingRow = Row<typeof finding>
export type NameRow = Row<typeof name>
export type IdentityRow = Row<typeof identity>
export type MatchRow = Row<typeof match>

/** Tables that a format may fill. */
export type EvidenceTable = 'network' | 'device_event' | 'identity_event'
export type EvidenceRow = { network: NetworkRow; device_event: DeviceEventRow; identity_event: IdentityEventRow }
