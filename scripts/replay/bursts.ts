// From how many generated names on the product sees them: bursts in a quiet fleet, through the whole path.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaults } from '../../src/analytics/an1756/params.ts'
import { placeOf } from '../../src/analytics/an1756/place.ts'
import type { EffectRow, EpisodeRow } from '../../src/analytics/an1756/row.ts'
import { findSequences, type Observed, type Sequence } from '../../src/analytics/an1756/sequence.ts'
import { failing } from '../../src/analytics/an1756/signals/generated.ts'
import { observeFleet } from '../../src/pipeline/evaluate.ts'
import { generators } from '../../src/simulate/generators/index.ts'
import { simulate } from '../../src/simulate/simulate.ts'
import { defaultRates } from '../../src/simulate/world.ts'
import { data, linesOf, type TextTable } from './data.ts'
import { readBaderj, readChrmor } from './dga.ts'
import { scanned } from './store.ts'

const start = Date.UTC(2026, 4, 4) * 1000
const days = 8
const devices = 24
/** First ones of each list; smaller bursts are their first names. */
const mostNames = 30
const day = 86_400

type Address = { readonly name: string; readonly ip: string; readonly from: number; readonly to: number }

/** Whose address is whose when, from the fleet's own map. s since 1970 */
function addressesOf(dir: string): Address[] {
  const [head, ...lines] = linesOf(join(dir, 'devices.csv')).map((line) => line.split(','))
  const at = (name: string): number => head!.indexOf(name)
  const time = (text: string | undefined, empty: number): number => (text ? Date.parse(text) / 1000 : empty)
  return lines
    .map((cells) => ({
      name: cells[at('device')]!,
      ip: cells[at('ip')]!,
      from: time(cells[at('from')], 0),
      to: time(cells[at('to')], Number.POSITIVE_INFINITY),
    }))
    .filter(({ ip }) => ip !== '')
}

type Burst = {
  readonly list: string
  readonly family: string
  readonly device: string
  readonly names: readonly string[]
  readonly at: number
}

/** One look-up every ten seconds that ends in NXDOMAIN, as Zeek tells it. */
const zeekLines = ({ names, at }: Burst, ip: string, number: number): string[] =>
  names.map((query, i) =>
    JSON.stringify({
      ts: at + 10 * i,
      uid: `CReplay${number}x${i}`,
      'id.orig_h': ip,
      'id.orig_p': 40_000 + i,
      'id.resp_h': '10.20.0.53',
      'id.resp_p': 53,
      proto: 'udp',
      trans_id: 1 + i,
      query,
      qclass: 1,
      qclass_name: 'C_INTERNET',
      qtype: 1,
      qtype_name: 'A',
      rcode: 3,
      rcode_name: 'NXDOMAIN',
      rejected: false,
    }),
  )

export type BurstRow = {
  readonly list: string
  readonly family: string
  /** Names of the burst that the signal counts. */
  readonly counted: number
  /** Names that must be asked for until `generated` is there; null: never within the burst. */
  readonly fires: number | null
  /** Names until a chain with a crash half an hour later is a finding at the default budget; null: never. */
  readonly finding: number | null
}

export type BurstsResult = {
  readonly rows: readonly BurstRow[]
  /** Surprises of this kind in the fleet as it was. */
  readonly quiet: number
  readonly deviceDays: number
}

const generatedOf = ({ surprises }: Sequence, who: string): boolean =>
  surprises.some((one) => one.kind === 'generated' && one.who === who)

/** A crash of a process that reads foreign input, of a kind that harmless faults have too. */
const crashOf = (who: string, at: number): EffectRow => ({
  who,
  at,
  source: 0,
  record: 0,
  event_key: 'replay',
  kind: 'crash',
  category: '',
  process: 'imagent',
  process_path: '/System/Library/PrivateFrameworks/IMCore.framework/imagent.app/imagent',
  app: '',
  app_version: '',
  os_build: '',
  first_party: 'yes',
  bug_type: '309',
  exception_type: 'EXC_BAD_ACCESS',
  exception_subtype: 'KERN_INVALID_ADDRESS at 0x0000004141414141',
  signal: 'SIGSEGV',
  termination_namespace: '',
  termination_code: '',
  fault_address: '0x0000004141414141',
  pc_image: 'libobjc.A.dylib',
  pc_known: 1,
  locked: '',
  value: '',
  before: '',
  since: at,
  app_devices: 0,
  app_since: 0,
})

const sizes = [3, 4, 5, 6, 8, 10, 15, 20, 30] as const

export async function replayBursts(): Promise<BurstsResult> {
  const dir = mkdtempSync(join(tmpdir(), 'codling-replay-'))
  try {
    const generator = generators[0]!
    const fleet = join(dir, 'fleet')
    await simulate(
      generator,
      { seed: 7, devices, days, start, rates: { ...defaultRates, attacked: 0, decoys: 0 } },
      fleet,
    )
    const addresses = addressesOf(fleet)
    const names = [...new Set(addresses.map(({ name }) => name))].sort()
    // each family on a device and in a window of its own, in the afternoon of a day that has a past
    const lists = [
      ...[...readChrmor().families].map(([family, list]) => ({ list: 'chrmor', family, all: list })),
      ...[...readBaderj()].map(([family, list]) => ({ list: 'baderj', family, all: list })),
    ].filter(({ all }) => all.length >= mostNames)
    const bursts = lists.map(
      ({ list, family, all }, i): Burst => ({
        list,
        family,
        device: names[i % names.length]!,
        names: all.slice(0, mostNames),
        at: start / 1e6 + (4 + Math.floor(i / names.length)) * day + 13 * 3600,
      }),
    )
    const lines = bursts.flatMap((burst, number) => {
      const own = addresses.find(
        ({ name, from, to }) => name === burst.device && from <= burst.at && burst.at + 600 < to,
      )
      return own === undefined ? [] : zeekLines(burst, own.ip, number)
    })
    mkdirSync(join(fleet, 'zeek/bursts'))
    writeFileSync(join(fleet, 'zeek/bursts/dns.log'), `${lines.join('\n')}\n`)
    const { observed, names: nameOf } = await observeFleet(fleet, {
      version: 'replay',
      now: start + days * day * 1e6,
      signal: new AbortController().signal,
    })
    return judgeBursts(observed, bursts, nameOf)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

function judgeBursts(observed: Observed, bursts: readonly Burst[], nameOf: ReadonlyMap<string, string>): BurstsResult {
  const added = new Set(bursts.flatMap(({ names }) => names.map((name) => placeOf(name).destination)))
  const baseline = observed.episodes.filter(({ destination }) => !added.has(destination))
  const quiet = findSequences({ ...observed, episodes: baseline }, defaults)
  const rows = bursts.map(({ list, family, device, names, at }): BurstRow => {
    const who = [...nameOf].find(([, name]) => name === device)?.[0] ?? ''
    const mine = observed.episodes.filter((row) => row.who === who)
    const first = (n: number): EpisodeRow[] => {
      const wanted = new Set(names.slice(0, n).map((name) => placeOf(name).destination))
      return mine.filter(({ destination }) => wanted.has(destination))
    }
    const judged = (n: number): Sequence =>
      findSequences(
        {
          ...observed,
          episodes: [...baseline, ...first(n)],
          effects: [...observed.effects, crashOf(who, Math.round(at + 1800))],
        },
        defaults,
      )
    let fires: number | null = null
    let finding: number | null = null
    for (const n of sizes) {
      const sequence = judged(n)
      if (generatedOf(sequence, who)) fires ??= n
      if (sequence.reported.some((chain) => chain.surprise.kind === 'generated' && chain.who === who)) finding ??= n
      if (fires !== null && finding !== null) break
    }
    return { list, family, counted: first(mostNames).filter(failing).length, fires, finding }
  })
  return {
    rows,
    quiet: quiet.surprises.filter(({ kind }) => kind === 'generated').length,
    deviceDays: quiet.fleet.deviceDays,
  }
}

/** Windows of six hours of a client in real DNS logs that `generated` would count, of all with a failed look-up. */
export type RealWindows = { readonly windows: number; readonly firing: number; readonly clients: number }

const failedSql = `SELECT src_ip AS client, intDiv(toUnixTimestamp(ts), 21600) AS window, domain,
  min(status IN ('NXDOMAIN', 'SERVFAIL', 'REFUSED')) AS failed
  FROM network WHERE kind = 'dns' AND domain != '' AND src_ip != '' GROUP BY client, window, domain ORDER BY client, window, domain`

export async function replayRealDns(): Promise<RealWindows> {
  return scanned([join(data, 'nsm-logs')], async (engine) => {
    const asked = await engine.query<{ client: string; window: number; domain: string; failed: number }>(failedSql)
    const placed = asked.map((row) => ({ ...row, place: placeOf(row.domain) }))
    const askers = new Map(
      [...Map.groupBy(placed, ({ place }) => place.destination)].map(([destination, rows]) => [
        destination,
        { clients: new Set(rows.map(({ client }) => client)).size, failed: rows.every(({ failed }) => failed === 1) },
      ]),
    )
    const windows = [
      ...Map.groupBy(
        placed.filter(({ failed }) => failed === 1),
        ({ client, window }) => `${client} ${window}`,
      ).values(),
    ]
    const firing = windows.filter(
      (rows) =>
        new Set(
          rows.flatMap(({ place }) => {
            const all = askers.get(place.destination)!
            return place.class === '' && all.clients === 1 && all.failed ? [place.destination] : []
          }),
        ).size >= 5,
    )
    return { windows: windows.length, firing: firing.length, clients: new Set(placed.map(({ client }) => client)).size }
  })
}

export function burstsTable({ rows, quiet, deviceDays }: BurstsResult, real: RealWindows): TextTable {
  const same = Map.groupBy(
    rows,
    ({ list, counted, fires, finding }) => `${list}\t${counted}\t${fires ?? 'never'}\t${finding ?? 'never'}`,
  )
  return {
    title: `Generated names that do not exist, in a quiet fleet: ${rows.filter(({ fires }) => fires !== null).length} of ${rows.length} lists are seen`,
    head: ['list', `of ${mostNames} names counted`, 'seen from', 'finding from', 'families'],
    rows: [...same].map(([key, list]) => [...key.split('\t'), list.map(({ family }) => family).join(', ')]),
    notes: [
      `${devices} simulated devices, ${deviceDays} device-days, no attacks; each burst asks for ${mostNames} names of one family within seven minutes. Without them the fleet shows ${quiet} surprises of the kind. A finding: with a crash of imagent half an hour later, at the default budget.`,
      `In real DNS logs (nsm-logs: networks of offices, laboratories and malware, ${real.clients} clients, labels unknown) ${real.firing} of ${real.windows} six-hour windows with a failed look-up would be counted.`,
    ],
  }
}
