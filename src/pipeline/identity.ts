// Which device an address, MAC, host name, user or key meant, and when. Statements (a map, leases, an inventory) become
// stretches of time that do not overlap; where two devices claim the same value at the same time nobody is named.
import { type Engine, openWriter } from '../engine/index.ts'
import { type IdentityEventRow, type IdentityRow, identity as identityTable, type Micros } from '../model/index.ts'

/** 2255: exact in a double. */
export const forever: Micros = 9_000_000_000_000_000

export type Statement = Pick<
  IdentityEventRow,
  | 'kind'
  | 'ts'
  | 'ts_end'
  | 'device'
  | 'user'
  | 'group'
  | 'ip'
  | 'mac'
  | 'host'
  | 'serial'
  | 'udid'
  | 'crash_reporter_key'
>

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

/** Who a value meant and when, by `kind, NUL, value`. */
export type Known = ReadonlyMap<string, readonly Stretch[]>

/** Statements → stretches that do not overlap. Pure. */
export function buildIdentity(statements: readonly Statement[]): Known {
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
    const who = {
      device: statement.udid || statement.serial || statement.device,
      name: statement.device,
      user: statement.user,
      group: statement.group,
    }
    const span = { from: statement.ts, to: statement.ts_end > 0 ? statement.ts_end : forever, who }
    for (const kind of Object.keys(keysOf) as Kind[]) {
      const value = statement[keysOf[kind]]
      if (kind === 'host' && genericHost.test(value)) continue
      // names of devices, users and keys do not move; addresses hold for the time that is stated
      const moves = kind === 'ip' || kind === 'mac' || kind === 'host'
      const when = moves ? span : { ...span, from: 0, to: forever }
      add(kind, kind === 'device' || kind === 'user' ? value.toLowerCase() : value, {
        ...when,
        how: `${statement.kind}:${kind}`,
      })
    }
    // backups and folders of synchronised reports are called by the UDID or serial number of the device
    for (const kind of ['udid', 'serial'] as const)
      if (statement[kind].toLowerCase() !== statement.device.toLowerCase())
        add('device', statement[kind].toLowerCase(), { who, from: 0, to: forever, how: `${statement.kind}:${kind}` })
  }
  const stable = new Map([...spans].map(([key, list]) => [key, settleSpans(list)]))
  addLeases(statements, stable, add)
  return new Map([...spans].map(([key, list]) => [key, settleSpans(list)]))
}

/** A lease says which MAC or host had an address; the map says whose MAC or host it is. */
function addLeases(
  statements: readonly Statement[],
  stable: ReadonlyMap<string, readonly Stretch[]>,
  add: (kind: Kind, value: string, span: Span) => void,
): void {
  const leases = statements
    .filter((statement) => statement.kind === 'lease' && statement.ip !== '')
    .sort((a, b) => a.ts - b.ts)
  const byAddress = Map.groupBy(leases, (lease) => lease.ip)
  for (const [ip, list] of byAddress) {
    for (const [index, lease] of list.entries()) {
      // an address that is leased to another device belongs to the new one from then on
      const next = list.slice(index + 1).find((later) => later.mac !== lease.mac)
      const end = lease.ts_end > 0 ? lease.ts_end : lease.ts + leaseLength
      const to = Math.min(end, next?.ts ?? forever)
      const at = (kind: Kind, value: string): Stretch | undefined =>
        value === '' || (kind === 'host' && genericHost.test(value))
          ? undefined
          : stable.get(`${kind}\u0000${value}`)?.find((span) => span.from <= lease.ts && lease.ts < span.to)
      const owner = at('mac', lease.mac) ?? at('host', lease.host)
      if (!owner || owner.device === '') continue
      const how = at('mac', lease.mac) ? 'lease:mac' : 'lease:host'
      add('ip', ip, {
        from: lease.ts,
        to,
        who: { device: owner.device, name: owner.name, user: owner.user, group: owner.group },
        how,
      })
    }
  }
}

export type Stretch = Omit<IdentityRow, 'subject'>

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
    if (
      last &&
      last.to === from &&
      last.device === stretch.device &&
      last.how === stretch.how &&
      last.candidates === stretch.candidates
    )
      stretches[stretches.length - 1] = { ...last, to }
    else stretches.push(stretch)
  }
  return stretches
}

export type Subject = {
  readonly device: string
  readonly deviceFrom: string
  readonly user: string
  readonly ip: string
  readonly mac: string
  readonly host: string
  readonly key: string
  readonly serial: string
  readonly udid: string
}

export const subjectFrom = (text: string): Subject => {
  const [device = '', deviceFrom = '', user = '', ip = '', mac = '', host = '', key = '', serial = '', udid = ''] =
    text.split('\u001f')
  return { device, deviceFrom, user, ip, mac, host, key, serial, udid }
}

/**
 * The device behind a subject, over time. What the record or the operator says comes first; then UDID, serial number,
 * crash-reporter key, MAC, address, host name, user. The first of these that anybody has made a statement about decides;
 * where that is ambiguous nobody is named. A folder names a device only when the map or an inventory knows one of that
 * name; else it is a label, and whatever else is known goes before it.
 */
export function resolveSubject(known: Known, subject: Subject): Stretch[] {
  const whole = { from: 0, to: forever, how: subject.deviceFrom }
  const named = subject.device === '' ? undefined : known.get(`device\u0000${subject.device.toLowerCase()}`)?.[0]
  if (named && named.device !== '') return [{ ...named, ...whole }]
  if (subject.device !== '' && subject.deviceFrom !== 'folder')
    return [
      {
        ...whole,
        device: subject.device,
        name: subject.device,
        user: '',
        group: '',
        candidates: named?.candidates ?? 0,
      },
    ]
  const stretches = resolveValues(known, subject)
  if (subject.device === '' || stretches.some((stretch) => stretch.device !== '')) return stretches
  return [{ ...whole, device: '', name: subject.device, user: '', group: '', candidates: named?.candidates ?? 0 }]
}

function resolveValues(known: Known, subject: Subject): Stretch[] {
  const lists = (
    [
      ['udid', subject.udid],
      ['serial', subject.serial],
      ['key', subject.key.toLowerCase()],
      ['mac', subject.mac],
      ['ip', subject.ip],
      ['host', subject.host.toLowerCase()],
      ['user', subject.user.toLowerCase()],
    ] as const
  ).map(([kind, value]) => (value === '' ? [] : (known.get(`${kind}\u0000${value}`) ?? [])))
  const edges = [...new Set(lists.flat().flatMap((stretch) => [stretch.from, stretch.to]))].sort((a, b) => a - b)
  const stretches: Stretch[] = []
  for (let i = 0; i + 1 < edges.length; i++) {
    const [from, to] = [edges[i]!, edges[i + 1]!]
    const said = lists
      .map((list) => list.find((stretch) => stretch.from <= from && stretch.to >= to))
      .filter((stretch) => stretch !== undefined)
    const first = said.find((stretch) => stretch.device !== '') ?? said[0]
    if (!first) continue
    const others = new Set(said.filter((stretch) => stretch.device !== '').map((stretch) => stretch.device))
    const last = stretches.at(-1)
    const candidates = Math.max(first.candidates, others.size)
    if (
      last &&
      last.to === from &&
      last.device === first.device &&
      last.how === first.how &&
      last.candidates === candidates
    )
      stretches[stretches.length - 1] = { ...last, to }
    else stretches.push({ ...first, from, to, candidates })
  }
  return stretches
}

export type Census = { readonly devices: number; readonly addresses: number }

/** Works `identity` out anew from committed statements and subjects. Counts the devices, and the addresses that are none's. */
export async function rebuildIdentity(engine: Engine): Promise<Census> {
  const statements: Statement[] = []
  const batches = engine.stream<Statement>(
    'SELECT DISTINCT kind, toUnixTimestamp64Micro(ts) AS ts, toUnixTimestamp64Micro(ts_end) AS ts_end, device, user, `group`, ip, mac, host, serial, udid, crash_reporter_key FROM identity_event',
  )
  for await (const batch of batches) statements.push(...batch)
  const known = buildIdentity(statements)
  await engine.run('TRUNCATE TABLE identity')
  const writer = openWriter(engine, identityTable, 'identity')
  const devices = new Set<string>()
  const addresses = new Set<string>()
  for await (const batch of engine.stream<{ value: string }>("SELECT DISTINCT value FROM name WHERE kind = 'subject'"))
    for (const { value } of batch) {
      const subject = subjectFrom(value)
      const stretches = resolveSubject(known, subject)
      for (const stretch of stretches) {
        await writer.write({ subject: value, ...stretch })
        if (stretch.device !== '') devices.add(stretch.device)
      }
      if (!stretches.some((stretch) => stretch.device !== ''))
        addresses.add(
          subject.device ||
            subject.mac ||
            subject.ip ||
            subject.host ||
            subject.user ||
            subject.key ||
            subject.serial ||
            subject.udid,
        )
    }
  await writer.flush()
  addresses.delete('')
  return { devices: devices.size, addresses: addresses.size }
}
