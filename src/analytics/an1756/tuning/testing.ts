// A small fleet as the queries of AN1756 tell it, for tests of what tuning does: everyday life, and what a test adds.
import type { Params } from '../params.ts'
import { defaults } from '../params.ts'
import { placeOf } from '../place.ts'
import type { EffectRow, EpisodeRow } from '../row.ts'
import { findSequences, type Observed, type Sequence } from '../sequence.ts'
import type { Tuning } from './tuning.ts'

export const start = Date.UTC(2026, 4, 4) / 1000
export const hour = 3600
export const day = 24 * hour
export const devices = 40
export const days = 21

/** Numbers in 0 ≤ x < 1 from two whole ones: the same each time. */
const mix = (a: number, b: number): number => {
  const x = Math.sin(a * 12.9898 + b * 78.233) * 43_758.5453
  return x - Math.floor(x)
}

const name = (n: number): string => `device ${n}`

/** `host`: name or address, for internal services with `:port`. `hours`: active ones, one after the other from `at` on. */
export type Met = {
  readonly device: number
  readonly host: string
  readonly at: number
  readonly hours: number
  readonly contacts: number
  readonly out?: number
  /** Other devices that know it, and those that began to within 48 h. */
  readonly others?: number
  readonly soon?: number
}

export function met({ device, host, at, hours, contacts, out = 3000, others = 0, soon = others }: Met): EpisodeRow {
  const port = /^(.*):(\d+)$/.exec(host)
  const place = placeOf(port ? port[1]! : host)
  return {
    who: name(device),
    destination: port ? host : place.destination,
    class: place.class,
    app: '',
    began: start,
    ended: start + days * day,
    t0: at,
    others,
    others_soon: soon,
    hours_day: Math.min(24, hours),
    contacts_day: contacts,
    failed_day: 0,
    out_day: out,
    in_day: 20_000,
    names_day: 0,
    longest_day: 0,
    odd_day: 0,
    hours_all: hours,
    hours_others: others > 0 ? hours : 0,
    out_others: others > 0 ? out : 0,
    days_all: Math.ceil(hours / 24),
    hours: Array.from({ length: hours }, (_, h): [number, number, number, number] => [
      Math.floor(at / hour) * hour + h * hour,
      Math.ceil(contacts / hours),
      1 << ((h * 7) % 31),
      0,
    ]),
  }
}

type Told = { readonly device: number; readonly at: number }

const nothing: EffectRow = {
  who: '',
  at: 0,
  source: 1,
  record: 1,
  event_key: '',
  kind: 'crash',
  category: '',
  process: '',
  process_path: '',
  app: '',
  app_version: '',
  os_build: '',
  first_party: 'yes',
  bug_type: '309',
  exception_type: 'EXC_CRASH',
  exception_subtype: '',
  signal: 'SIGABRT',
  termination_namespace: '',
  termination_code: '',
  fault_address: '',
  pc_image: 'x',
  pc_known: 1,
  locked: 'no',
  value: '',
  before: '',
  since: 0,
  app_devices: 0,
  app_since: 0,
}

export const crash = (process: string, { device, at }: Told, more: Partial<EffectRow> = {}): EffectRow => ({
  ...nothing,
  who: name(device),
  at,
  since: at,
  process,
  event_key: `${process} ${device} ${at}`,
  ...more,
})

/** A fault that an exploit may leave. */
export const fault = (process: string, told: Told, more: Partial<EffectRow> = {}): EffectRow =>
  crash(process, told, {
    exception_type: 'EXC_BAD_ACCESS',
    exception_subtype: 'KERN_PROTECTION_FAILURE at 0x000000016f1a4000',
    signal: 'SIGBUS',
    ...more,
  })

/** An answer of the management server with another build than the day before. */
export const update = ({ device, at }: Told, value = '22H20', before = '22G100'): EffectRow => ({
  ...nothing,
  who: name(device),
  at,
  since: at - day,
  kind: 'posture',
  category: 'os_build',
  value,
  before,
})

/** Each day each device meets three names that nobody else does, for an hour or two; now and then an app ends, or a daemon. */
export function everyday(): Observed {
  const episodes: EpisodeRow[] = []
  const effects: EffectRow[] = []
  for (let n = 0; n < devices; n++) {
    for (let d = 0; d < days; d++)
      for (let k = 0; k < 3; k++) {
        const hours = 1 + Math.floor(mix(n * days + d, k) ** 3 * 5)
        const at = start + d * day + (7 + 12 * mix(d * 3 + k, n)) * hour
        episodes.push(met({ device: n, host: `n${n}-${d}-${k}.example`, at, hours, contacts: 3 * hours }))
      }
    for (let k = 0; k < 3; k++) {
      const at = start + (1 + (days - 1.5) * mix(n, 100 + k)) * day
      effects.push(
        k < 2
          ? crash(`App${(n + k) % 7}`, { device: n, at }, { app: `com.example.app${(n + k) % 7}`, first_party: 'no' })
          : crash(['photoanalysisd', 'rapportd', 'imagent', 'sharingd'][n % 4]!, { device: n, at }),
      )
    }
  }
  return { episodes, effects, devices: Array.from({ length: devices }, (_, n) => ({ who: name(n), days })) }
}

/** Everyday life, and what is added to it, judged. */
export function judged(
  added: { readonly episodes?: readonly EpisodeRow[]; readonly effects?: readonly EffectRow[] },
  tuning?: Tuning,
  params: Params = defaults,
): Sequence {
  const usual = everyday()
  return findSequences(
    {
      ...usual,
      episodes: [...usual.episodes, ...(added.episodes ?? [])],
      effects: [...usual.effects, ...(added.effects ?? [])],
    },
    params,
    new Set(),
    tuning,
  )
}

/** Devices that a finding is about, by their number. */
export const reportedOn = ({ reported }: Sequence): number[] =>
  reported.map(({ who }) => Number(who.slice('device '.length)))
