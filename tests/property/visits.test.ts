// Visits that are worked out day by day, in whatever order the days, late rows, removals and maps of devices come, are those
// of a store that sees everything at once; and both are what a plain walk over the rows gives.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { placeOf } from '../../src/analytics/an1756/place.ts'
import { type Engine, openWriter, rawName } from '../../src/engine/index.ts'
import {
  type IdentityEventRow,
  identityEvent,
  type NetworkRow,
  name as nameTable,
  network,
  source as sourceTable,
} from '../../src/model/index.ts'
import { forever, rebuildIdentity } from '../../src/pipeline/identity.ts'
import { buildHours, buildVisits, observe } from '../../src/pipeline/sequence.ts'
import { openRandom, type Random } from '../../src/simulate/random.ts'
import { openTestEngine } from '../conformance/harness.ts'

let engine: Engine
beforeAll(async () => {
  engine = await openTestEngine()
})
afterAll(() => engine?.close())

const derived = ['source_day', 'place', 'visit', 'visit_day']
const truncate = async (tables: readonly string[]): Promise<void> => {
  for (const table of tables) await engine.run(`TRUNCATE TABLE ${table}`)
}
beforeEach(() => truncate([...derived, 'source', ...['network', 'name', 'identity_event'].map(rawName)]))

const signal = new AbortController().signal
const hour = 3600e6
const day = 24 * hour
/** 2026-09-01T00:00:00Z */
const began = 1_788_220_800e6

type Record = Pick<NetworkRow, 'ts' | 'kind' | 'src_ip' | 'hits'> & Partial<NetworkRow>
type Given = { readonly id: number; readonly device: string; readonly rows: readonly Record[] }

const subjectOf = (given: Given, row: Record): string =>
  [given.device, given.device && 'folder', '', row.src_ip, '', ''].join('\u001f')

/** Rows into the raw tables and, last, the row of the source: as a commit leaves them. */
async function commit(given: Given, replaces = 0): Promise<void> {
  const rows = openWriter(engine, network, rawName('network'))
  for (const [index, row] of given.rows.entries())
    await rows.write({ source: given.id, record: index + 1, device: given.device, raw: 'x', ...row })
  await rows.flush()
  const names = openWriter(engine, nameTable, rawName('name'))
  const distinct = (kind: string, of: (row: Record) => string | undefined) =>
    [...new Set(given.rows.map(of).filter((value) => value))].map((value) => ({ kind, value }))
  for (const entry of [
    ...distinct('subject', (row) => subjectOf(given, row)),
    ...distinct('domain', (row) => row.domain),
    ...distinct('ip', (row) => row.dst_ip),
    ...distinct('app', (row) => row.app),
  ])
    await names.write({ source: given.id, ...entry, first: began, last: began, rows: 1 })
  await names.flush()
  const sources = openWriter(engine, sourceTable, 'source')
  const times = given.rows.map((row) => row.ts)
  await sources.write({
    id: given.id,
    format: 'zeek-conn',
    status: 'ok',
    rows: { network: given.rows.length },
    first: Math.min(...times),
    last: Math.max(...times),
    replaces,
    device: given.device,
    device_from: given.device && 'folder',
    committed: began,
  })
  await sources.flush()
}

type Statement = Pick<IdentityEventRow, 'ts' | 'ts_end' | 'device' | 'ip'>

async function tell(statements: readonly Statement[]): Promise<void> {
  await truncate([rawName('identity_event')])
  await engine.run('DELETE FROM source WHERE id = 9000')
  const writer = openWriter(engine, identityEvent, rawName('identity_event'))
  for (const [index, row] of statements.entries())
    await writer.write({ source: 9000, record: index + 1, kind: 'map', raw: 'x', ...row })
  await writer.flush()
  const sources = openWriter(engine, sourceTable, 'source')
  await sources.write({ id: 9000, format: 'device-map', status: 'ok', rows: { identity_event: statements.length } })
  await sources.flush()
}

const columns =
  'who, destination, toUInt64(toUnixTimestamp(hour)) AS at, class, app, contacts, failed, bytes_out, bytes_in, toString(minutes) AS minutes, names, longest, odd, toUnixTimestamp64Micro(first) AS first, toUnixTimestamp64Micro(last) AS last'
type Visit = { [key: string]: string | number }

async function work(): Promise<void> {
  await rebuildIdentity(engine)
  await buildHours(engine, signal)
  await buildVisits(engine, [], signal)
}
const visits = (): Promise<Visit[]> =>
  engine.query<Visit>(`SELECT ${columns} FROM (SELECT * FROM visit) ORDER BY who, destination, hour`)

/** All that is judged, of what was worked out step by step and of the same store from nothing. */
async function bothWays(): Promise<{ stepwise: unknown; scratch: unknown; rows: Visit[] }> {
  await work()
  const stepwise = { visits: await visits(), observed: await observe(engine, []) }
  await truncate(derived)
  await work()
  const rows = await visits()
  return { stepwise, scratch: { visits: rows, observed: await observe(engine, []) }, rows }
}

/** The day before counts as well: names by what a client, or nearly everybody, called an address. */
function nameOf(all: readonly { given: Given; row: Record }[], subject: string, row: Record): string {
  const hourOf = (ts: number): number => Math.floor(ts / hour)
  const dayOf = (ts: number): number => Math.floor(ts / day)
  const told = all.flatMap(({ given, row: other }) => {
    if (other.kind === 'flow' || !other.domain) return []
    const addresses = other.kind === 'dns' ? (other.answers ?? []) : [other.dst_ip]
    return addresses.includes(row.dst_ip!) ? [{ subject: subjectOf(given, other), row: other }] : []
  })
  const most = (list: typeof told): { name: string; share: number } => {
    const counts = new Map<string, number>()
    for (const { row: other } of list) counts.set(other.domain!, (counts.get(other.domain!) ?? 0) + other.hits)
    const [name, count] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? ['', 0]
    return { name, share: count / [...counts.values()].reduce((sum, n) => sum + n, 0) }
  }
  const own = told.filter((one) => one.subject === subject)
  const lately = (one: (typeof told)[number]): boolean => {
    const gap = dayOf(row.ts) - dayOf(one.row.ts)
    return gap === 0 || gap === 1
  }
  const others = most(told.filter(lately))
  return (
    most(own.filter((one) => hourOf(one.row.ts) === hourOf(row.ts))).name ||
    most(own.filter(lately)).name ||
    (others.share > 0.9 ? others.name : row.dst_ip!)
  )
}

/** What visits are, written down once more without any care for speed. */
function naive(sources: readonly Given[], statements: readonly Statement[]): Visit[] {
  const all = sources.flatMap((given) => given.rows.map((row) => ({ given, row })))
  const groups = new Map<
    string,
    { who: string; destination: string; class: string; at: number; rows: (Record & { name: string })[] }
  >()
  for (const { given, row } of all) {
    const bare = row.kind === 'flow' && !row.domain
    const name = bare ? nameOf(all, subjectOf(given, row), row) : row.domain || row.dst_ip!
    const place = placeOf(name)
    if (place.class === 'resolver' || place.class === 'nobody') continue
    if (place.class === 'internal' && row.kind === 'dns') continue
    const at = Math.floor(row.ts / hour) * 3600
    // identity is that of the first contact of the subject there in that hour; statements here change on the hour
    const owner = statements.find(
      (one) => one.ip === row.src_ip && one.ts <= row.ts && (one.ts_end === 0 || row.ts < one.ts_end),
    )
    const who = owner ? `device ${owner.device}` : given.device ? `label ${given.device}` : `address ${row.src_ip}`
    const destination =
      place.class === 'internal'
        ? `${place.destination}:${row.kind === 'dns' ? 0 : (row.dst_port ?? 0)}`
        : place.destination
    const key = `${who} ${destination} ${at}`
    const group = groups.get(key) ?? { who, destination, class: place.class, at, rows: [] }
    groups.set(key, group)
    group.rows.push({ ...row, name })
  }
  const sum = (rows: readonly Record[], of: (row: Record) => number): number => rows.reduce((n, row) => n + of(row), 0)
  const hits = (rows: readonly Record[]): number => sum(rows, (row) => row.hits)
  return [...groups.values()]
    .map(({ who, destination, class: kind, at, rows }) => {
      const of = (...kinds: string[]) => rows.filter((row) => kinds.includes(row.kind))
      const failed = rows.filter((row) => row.action === 'blocked' || ['S0', 'NXDOMAIN'].includes(row.status ?? ''))
      const contacts = Math.max(hits(of('flow')), hits(of('tls', 'http')), hits(of('dns')), hits(of('app_domain')))
      const names = new Set(rows.map((row) => row.name).filter((name) => kind === 'internal' || name !== destination))
      const minutes = rows.reduce((bits, row) => bits | (1n << BigInt(Math.floor(row.ts / 60e6) % 60)), 0n)
      return {
        who,
        destination,
        at,
        class: kind,
        app: rows.find((row) => row.app)?.app ?? '',
        contacts,
        failed: Math.min(
          contacts,
          Math.max(
            hits(failed.filter((row) => row.kind === 'flow')),
            hits(failed.filter((row) => row.kind !== 'flow')),
          ),
        ),
        bytes_out: sum(rows, (row) => Math.max(0, row.bytes_out ?? -1)),
        bytes_in: sum(rows, (row) => Math.max(0, row.bytes_in ?? -1)),
        minutes: String(minutes),
        names: names.size,
        longest: [...names].reduce((n, name) => n + name.length, 0),
        odd: sum(rows, (row) => (row.qtype === 'TXT' ? row.hits : 0)),
        first: Math.min(...rows.map((row) => row.ts)),
        last: Math.max(...rows.map((row) => Math.max(row.ts, row.ts_end ?? 0))),
      }
    })
    .sort((a, b) => order(a.who, b.who) || order(a.destination, b.destination) || a.at - b.at)
}
const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const domains = [
  'api.one.example',
  'www.one.example',
  'two.example',
  'cdn.two.example',
  'courier.push.apple.com',
  'a.bucket.s3.amazonaws.com',
  'printer.local',
  'odd\ttab\\.example',
]
const addresses = ['198.51.100.7', '198.51.100.8', '203.0.113.9', '2001:db8::9', '10.0.0.5', '127.0.0.1', '17.57.144.1']
const clients = ['10.9.0.1', '10.9.0.2', '10.9.0.3', '10.9.0.4']

/** A record of one of the days; hits are large and differ, so that no two names are told equally often. */
function record(random: Random, from: number, to: number): Record {
  const ts = began + random.whole(from * 24, to * 24 - 1) * hour + random.whole(0, 3_599_999_999)
  const kind = random.pick(['dns', 'flow', 'flow', 'tls', 'http', 'app_domain'])
  const base = { ts, kind, src_ip: random.pick(clients), hits: random.whole(1, 1_000_000) }
  const domain = random.pick(domains)
  const where = { dst_ip: random.pick(addresses), dst_port: random.pick([443, 22, 631]) }
  // one app for a name: which of several is kept is not what this is about
  const app = random.chance(0.5) ? 'org.example.app' : ''
  switch (kind) {
    case 'dns':
      return {
        ...base,
        domain,
        dst_ip: '9.9.9.9',
        dst_port: 53,
        qtype: random.pick(['A', 'TXT']),
        status: random.pick(['NOERROR', 'NXDOMAIN']),
        answers: [random.pick(addresses), random.pick(domains)],
      }
    case 'flow':
      return {
        ...base,
        ...where,
        app,
        ts_end: ts + random.whole(0, 10) * 60e6,
        status: random.pick(['SF', 'S0']),
        bytes_out: random.whole(-1, 5000),
        bytes_in: random.whole(-1, 9000),
      }
    case 'tls':
      return { ...base, ...where, app, domain: random.chance(0.8) ? domain : '' }
    default:
      return { ...base, ...where, app, domain, action: random.pick(['', 'blocked']) }
  }
}

let next = 1
const source = (random: Random, from: number, to: number): Given => ({
  id: next++,
  device: random.chance(0.2) ? random.pick(['tablet', 'phone']) : '',
  rows: Array.from({ length: random.whole(1, 60) }, () => record(random, from, to)),
})

const map = (random: Random): Statement[] =>
  clients.flatMap((ip) => {
    const turn = began + random.whole(0, 5 * 24) * hour
    const one = { ip, device: random.pick(['alba', 'boro']) }
    return random.pick([
      [],
      [{ ...one, ts: 0, ts_end: 0 }],
      [
        { ip, device: 'alba', ts: began - day, ts_end: turn },
        { ip, device: 'boro', ts: turn, ts_end: began + 30 * day },
      ],
    ])
  })

describe('days in any order, late rows, sources taken away or read anew, maps that come later', () => {
  test.each([1, 2, 3, 4])('seed %i', async (seed) => {
    const random = openRandom(seed, 'visits')
    let live: Given[] = []
    let statements: Statement[] = []
    for (let step = 0; step < 8; step++) {
      const from = random.whole(0, 4)
      const what = step === 0 ? 'add' : random.pick(['add', 'add', 'add', 'drop', 'replace', 'narrow', 'map'])
      const victim = live.length > 0 ? random.pick(live) : undefined
      if (what === 'add' || !victim) {
        const given = source(random, from, from + random.pick([1, 1, 2]))
        live.push(given)
        await commit(given)
      } else if (what === 'map') {
        statements = map(random)
        await tell(statements)
      } else if (what === 'drop') {
        live = live.filter((given) => given !== victim)
        // with those that it had replaced, which would come back
        const ids = [9000, ...live.map(({ id }) => id)]
        await engine.run('DELETE FROM source WHERE id NOT IN {ids:Array(UInt64)}', { ids })
      } else if (what === 'replace') {
        const given = { ...source(random, from, from + 1), device: victim.device }
        live = [...live.filter((one) => one !== victim), given]
        await commit(given, victim.id)
      } else {
        // as `settle` leaves a source of which a wider record of another source took a row
        const rows = victim.rows.slice(1)
        live = live.map((given) => (given === victim ? { ...given, rows } : given))
        await engine.run('DELETE FROM source_day WHERE source = {id:UInt64}', { id: victim.id })
        await engine.run(`DELETE FROM ${rawName('network')} WHERE source = {id:UInt64} AND record = 1`, {
          id: victim.id,
        })
        live = live.filter((given) => given.rows.length > 0)
      }
      if (random.chance(0.7)) await work()
    }
    const { stepwise, scratch, rows } = await bothWays()
    expect(stepwise).toEqual(scratch)
    expect(rows).toEqual(naive(live, statements))
  })
})

test('a map that arrives later names what was seen before, and nothing else is worked out anew', async () => {
  const row = (n: number, ip: string): Record => ({
    ts: began + n * day + hour,
    kind: 'tls',
    src_ip: ip,
    hits: 1,
    domain: 'two.example',
    dst_ip: '198.51.100.7',
  })
  await commit({ id: 100, device: '', rows: [row(0, '10.9.0.1')] })
  await commit({ id: 101, device: '', rows: [row(1, '10.9.0.2')] })
  await work()
  const made = () => engine.query<{ day: number; inputs: string }>('SELECT day, inputs FROM visit_day ORDER BY day')
  const before = await made()
  expect((await visits()).map(({ who }) => who)).toEqual(['address 10.9.0.1', 'address 10.9.0.2'])
  await tell([{ ip: '10.9.0.2', device: 'boro', ts: 0, ts_end: 0 }])
  await work()
  expect((await visits()).map(({ who }) => who)).toEqual(['address 10.9.0.1', 'device boro'])
  const after = await made()
  expect(after[0]).toEqual(before[0])
  expect(after[1]).not.toEqual(before[1])
  // an address that is leased again later says nothing of the days before
  await tell([
    { ip: '10.9.0.2', device: 'boro', ts: 0, ts_end: began + 2 * day },
    { ip: '10.9.0.2', device: 'alba', ts: began + 2 * day, ts_end: forever },
  ])
  await work()
  expect(await made()).toEqual(after)
})

test('a run that was killed between its steps leaves nothing twice', async () => {
  const random = openRandom(11, 'visits')
  const given = source(random, 0, 2)
  await commit(given)
  await work()
  const whole = await visits()
  expect(whole.length).toBeGreaterThan(0)
  // visits are there, their mark is not
  await engine.run('DELETE FROM visit_day WHERE 1')
  await work()
  expect(await visits()).toEqual(whole)
  // marked by another recipe
  await engine.run("ALTER TABLE visit_day UPDATE recipe = 'old' WHERE 1")
  await work()
  expect(await visits()).toEqual(whole)
})
