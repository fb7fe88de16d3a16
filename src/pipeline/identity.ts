// Which device an address, MAC, host name, user or key meant, and when. Statements (a map, leases, an inventory) become
// stretches of time that do not overlap; where two devices claim the same value at the same time nobody is named.
import { type Engine, openWriter } from '../engine/index.ts'
import { type IdentityEventRow, type IdentityRow, identity as identityTable, type Micros } from '../model/index.ts'

/** 2255: exact in a double. */
export const forever: Micros = 9_000_000_000_000_000

export type Statement = Pick<IdentityEventRow, 'kind' | 'ts' | 'ts_end' | 'device' | 'user' | 'group' | 'ip' | 'mac' | 'host' | 'serial' | 'udid' | 'crash_reporter_key'>

type Person = { readonly device: string; readonly name: string; readonly user: string; readonly group: string }
type Span = { readonly from: Micros; readonly to: Micros; readonly who: Person; readonly how: string }

/** Host names that Apple gives by default: they name a model, not a device. */
const genericHost = /^(apple-?)?(iphone|ipad|ipod|ipod-?touch)([- ]?\d{1,3})?$/

/** A lease without an end holds for a day: the usual lease of a Wi-Fi network. */
const leaseLength = 24 * 3600 * 1e6

const keysOf = {
  ip: 'ip',
  mac: 'mac',
  host: 'host',
  user: 'user',
  key: 'crash_reporter_key',
  serial: 'serial',
  udid: 'udid',
  device: 'device',
} as const satisfies Record<string, keyof Statement>
type Kind = keyof typeof keysOf

/** Statements → stretches, sorted by kind, value and time. Pure. */
export function buildIdentity(statements: readonly Statement[]): IdentityRow[] {
  const spans = new Map<string, Span[]>()
  const add = (kind: Kind, value: string, span: Span): void => {
    if (value === '' || span.to <= span.from) return
    const key = `${kind}\u0000${value}`
    const list = spans.get(key)
    if (list) list.push(span)
    else spans.set(key, [span])
  }
  const named = statements.filter((statement) => statement.device !== '')
  for (const statement of named) {
    const who = { device: statement.udid || statement.serial || statement.device, name: statement.device, user: statement.user, group: statement.group }
    const span = { from: statement.ts, to: statement.ts_end > 0 ? statement.ts_end : forever, who }
    for (const kind of Object.keys(keysOf) as Kind[]) {
      const value = statement[keysOf[kind]]
      if (kind === 'host' && genericHost.test(value)) continue
      // names of devices and keys do not move; addresses hold for the time that is stated
      add(kind, kind === 'device' || kind === 'user' ? value.toLowerCase() : value, { ...span, how: `${statement.kind}:${kind}` })
    }
  }
  const stable = new Map([...spans].map(([key, list]) => [key, settleSpans(list)]))
  addLeases(statements, stable, add)
  const rows: IdentityRow[] = []
  for (const [key, list] of [...spans].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [kind, value] = key.split('\u0000') as [Kind, string]
    for (const stretch of settleSpans(list)) rows.push({ kind, value, ...stretch })
  }
  return rows
}

/** A lease says which MAC or host had an address; the map says whose MAC or host it is. */
function addLeases(statements: readonly Statement[], stable: ReadonlyMap<string, readonly Stretch[]>, add: (kind: Kind, value: string, span: Span) => void): void {
  const leases = statements.filter((statement) => statement.kind === 'lease' && statement.ip !== '').sort((a, b) => a.ts - b.ts)
  const byAddress = Map.groupBy(leases, (lease) => lease.ip)
  for (const [ip, list] of byAddress) {
    for (const [index, lease] of list.entries()) {
      // an address that is leased to another device belongs to the new one from then on
      const next = list.slice(index + 1).find((later) => later.mac !== lease.mac)
      const end = lease.ts_end > 0 ? lease.ts_end : lease.ts + leaseLength
      const to = Math.min(end, next?.ts ?? forever)
      const at = (kind: Kind, value: string): Stretch | undefined =>
        value === '' || (kind === 'host' && genericHost.test(value)) ? undefined : stable.get(`${kind}\u0000${value}`)?.find((span) => span.from <= lease.ts && lease.ts < span.to)
      const owner = at('mac', lease.mac) ?? at('host', lease.host)
      if (!owner || owner.device === '') continue
      const how = at('mac', lease.mac) ? 'lease:mac' : 'lease:host'
      add('ip', ip, { from: lease.ts, to, who: { device: owner.device, name: owner.name, user: owner.user, group: owner.group }, how })
    }
  }
}

type Stretch = Omit<IdentityRow, 'kind' | 'value'>

/** Overlapping spans of one value → stretches in which the answer does not change. Equal neighbours are joined. */
function settleSpans(spans: readonly Span[]): Stretch[] {
  const edges = [...new Set(spans.flatMap((span) => [span.from, span.to]))].sort((a, b) => a - b)
  const stretches: Stretch[] = []
  for (let i = 0; i + 1 < edges.length; i++) {
    const [from, to] = [edges[i]!, edges[i + 1]!]
    const here = spans.filter((span) => span.from <= from && span.to >= to)
    if (here.length === 0) continue
    // a lease is what the network did; a map that speaks of all time is what somebody once wrote down
    const leased = here.filter((span) => span.how.startsWith('lease:'))
    const bounded = here.filter((span) => span.to < forever)
    const strongest = leased.length > 0 ? leased : bounded.length > 0 ? bounded : here
    const devices = new Set(strongest.map((span) => span.who.device))
    const first = strongest[0]!
    const stretch: Stretch =
      devices.size === 1
        ? { from, to, ...first.who, how: first.how, candidates: 1 }
        : { from, to, device: '', name: '', user: '', group: '', how: first.how, candidates: devices.size }
    const last = stretches.at(-1)
    if (last && last.to === from && last.device === stretch.device && last.how === stretch.how && last.candidates === stretch.candidates) stretches[stretches.length - 1] = { ...last, to }
    else stretches.push(stretch)
  }
  return stretches
}

/** Works `identity` out anew from committed statements. Returns the number of named devices. */
export async function rebuildIdentity(engine: Engine): Promise<number> {
  const statements: Statement[] = []
  const batches = engine.stream<Statement>(
    'SELECT DISTINCT kind, toUnixTimestamp64Micro(ts) AS ts, toUnixTimestamp64Micro(ts_end) AS ts_end, device, user, `group`, ip, mac, host, serial, udid, crash_reporter_key FROM identity_event',
  )
  for await (const batch of batches) statements.push(...batch)
  await engine.run('TRUNCATE TABLE identity')
  const rows = buildIdentity(statements)
  const writer = openWriter(engine, identityTable, 'identity')
  for (const row of rows) await writer.write(row)
  await writer.flush()
  return new Set(rows.map((row) => row.device).filter(Boolean)).size
}
