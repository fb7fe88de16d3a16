// A DNS log of Zeek (NDJSON, about 250 bytes a line) and a list of indicators, with the contacts between them known.

import { once } from 'node:events'
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mulberry32, zipfOf } from '../src/simulate/random.ts'

export type Given = {
  readonly log: string
  readonly indicators: string
  readonly bytes: number
  readonly events: number
  /** Lines of the log whose name an indicator covers. */
  readonly hits: number
  /** `indicator client`, sorted: one finding each. */
  readonly contacts: readonly string[]
}

/** Raised when the same numbers would give other data. */
const recipe = 1

const folder = join(tmpdir(), 'codling-bench')

const words =
  'alpha basil cedar delta ember fjord grove haven ivory jasper karma lotus maple nova onyx pearl quartz raven sage topaz umber vista willow xenon yarrow zephyr'.split(
    ' ',
  )
const tops = ['com', 'net', 'org', 'io', 'app', 'de', 'fr', 'cloud']
const hosts = ['www', 'api', 'cdn', 'edge', 'static', 'push', 'telemetry', 'mail']

/** The name of a rank: every rank its own. */
const nameOf = (rank: number): string =>
  `${hosts[rank % 8]}${rank % 5 === 0 ? rank % 97 : ''}.${words[rank % 26]}-${words[(rank * 7 + 3) % 26]}${rank.toString(36)}.${tops[(rank >> 3) % 8]}`

/** An indicator: of a shape that no name of the log has. */
const indicatorOf = (index: number): string =>
  `${words[(index * 11) % 26]}${words[(index * 5 + 2) % 26]}-x${((index * 2654435761) >>> 0).toString(36)}q${index.toString(36)}.${tops[index % 8]}`

const devices = 2000
const names = 300_000
const clientOf = (device: number): string => `10.${20 + (device >> 8)}.${device & 255}.${((device * 13) % 250) + 2}`

/** Makes the data unless they lie there already. One indicator in 1,000 occurs, on 3 to 6 lines of 1 to 4 devices. */
export async function makeLog(events: number, indicators: number): Promise<Given> {
  mkdirSync(folder, { recursive: true })
  const base = join(folder, `dns-${recipe}-${events}-${indicators}`)
  const facts = `${base}.json`
  if (existsSync(facts)) return JSON.parse(readFileSync(facts, 'utf8')) as Given
  process.stderr.write(`bench: makes ${events} events and ${indicators} indicators in ${folder}\n`)
  const list = await makeIndicators(base, indicators)

  const random = mulberry32(20260920)
  const byRank = zipfOf(names, 1.05)
  const rank = () => byRank({ next: random })
  const planted = new Map<number, { indicator: string; device: number; below: boolean }>()
  for (let index = 500; index < indicators; index += 1000) {
    const lines = 3 + Math.floor(random() * 4)
    const met = 1 + Math.floor(random() * 4)
    for (let i = 0; i < lines; i++) {
      const device = (index * 31 + (i % met) * 577) % devices
      planted.set(Math.floor(random() * events), { indicator: indicatorOf(index), device, below: i % 2 === 1 })
    }
  }
  const contacts = new Set<string>()
  const temporary = `${base}.part`
  const file = createWriteStream(temporary, { highWaterMark: 4 * 1024 ** 2 })
  const step = (14 * 86_400e6) / events
  let lines: string[] = []
  for (let i = 0; i < events; i++) {
    const micros = 1_789_000_000_000_000 + Math.floor(i * step)
    const plant = planted.get(i)
    const device = plant?.device ?? Math.floor(random() * devices)
    const query = plant ? (plant.below ? `c${i % 7}.${plant.indicator}` : plant.indicator) : nameOf(rank())
    if (plant) contacts.add(`${plant.indicator} ${clientOf(device)}`)
    const quad = Math.floor(random() * 4294967296)
    const v6 = quad % 4 === 0
    lines.push(
      `{"ts":${Math.floor(micros / 1e6)}.${String(micros % 1e6).padStart(6, '0')},"uid":"C${i.toString(36)}","id.orig_h":"${clientOf(device)}","id.orig_p":${49152 + (quad % 16000)},"id.resp_h":"10.0.0.${53 + (quad % 2)}","id.resp_p":53,"proto":"udp","trans_id":${quad & 65535},"rtt":0.0${10000 + (quad % 80000)},"query":"${query}","qtype_name":"${v6 ? 'AAAA' : 'A'}","rcode_name":"NOERROR","answers":["${v6 ? `2a01:${(quad & 65535).toString(16)}::${(1 + (quad >>> 20)).toString(16)}` : `${17 + (quad % 150)}.${(quad >>> 8) & 255}.${(quad >>> 16) & 255}.${quad >>> 24}`}"]}\n`,
    )
    if (lines.length === 20_000 || i === events - 1) {
      if (!file.write(lines.join(''))) await once(file, 'drain')
      lines = []
    }
  }
  await new Promise<void>((done) => void file.end(done))
  renameSync(temporary, `${base}.log`)
  const given: Given = {
    log: `${base}.log`,
    indicators: list,
    bytes: statSync(`${base}.log`).size,
    events,
    hits: planted.size,
    contacts: [...contacts].sort(),
  }
  writeFileSync(facts, JSON.stringify(given))
  return given
}

/** A list of that many indicators, at `base`.txt. */
export async function makeIndicators(base: string, count: number): Promise<string> {
  const path = `${base}.txt`
  const file = createWriteStream(path)
  for (let i = 0; i < count; i += 50_000)
    if (!file.write(Array.from({ length: Math.min(50_000, count - i) }, (_, j) => `${indicatorOf(i + j)}\n`).join('')))
      await once(file, 'drain')
  await new Promise<void>((done) => void file.end(done))
  return path
}

/** Removes what `makeLog` made. */
export function dropLog(given: Given): void {
  for (const path of [given.log, given.indicators, given.log.replace(/log$/, 'json')]) rmSync(path, { force: true })
}
