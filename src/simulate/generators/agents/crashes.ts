// Harmless crashes and restarts: they strike where something ran. Classes by the shares that the evaluation gives.
import type { Micros } from '../../../model/index.ts'
import type { Random } from '../../random.ts'
import type { CrashClass, Restart } from '../../world.ts'
import type { App } from './catalogue.ts'
import { minute, second } from './clock.ts'
import { type Chance, lookAt, osAt, type Phone, versionAt } from './phone.ts'

const shares: readonly (readonly [CrashClass, number])[] = [
  ['abort', 0.55],
  ['null', 0.33],
  ['wild', 0.06],
  ['protection', 0.03],
  ['pac', 0.015],
  ['outside', 0.015],
]

/** `tagged`: a phone with memory tagging (iPhone18,x), on which some wild addresses are told as tag faults. */
export function benignClass(random: Random, tagged: boolean): CrashClass {
  let draw = random.next()
  for (const [name, share] of shares) {
    draw -= share
    if (draw < 0) return name === 'wild' && tagged && draw < -0.03 ? 'mte' : name
  }
  return 'abort'
}

export function putCrash(
  phone: Phone,
  at: Micros,
  process: string,
  app: App | null,
  firstParty: boolean,
  kind: CrashClass,
): void {
  const ts = Math.round(at)
  const owned = app ? phone.apps.find((x) => x.app === app) : undefined
  phone.events.push({
    kind: 'crash',
    ts,
    device: phone.index,
    process,
    app: app?.bundle ?? '',
    appVersion: owned ? versionAt(owned, ts) : '',
    firstParty,
    class: kind,
    os: osAt(phone, ts),
    locked: lookAt(phone, ts) === null,
  })
}

export function putRestart(phone: Phone, at: Micros, kind: Restart['kind'], process: string, text = ''): void {
  const ts = Math.round(at)
  phone.events.push({ kind, ts, device: phone.index, os: osAt(phone, ts), process, text })
}

const panics = [
  'panic(cpu 2 caller 0xfffffff02a1b5c3c): userspace watchdog timeout: no successful checkins from thermalmonitord in 180 seconds',
  'panic(cpu 0 caller 0xfffffff01d2e7f10): SMC PANIC - ASSERTION FAILED: sensor array',
  'panic(cpu 4 caller 0xfffffff0290ac1f8): AOP PANIC - prox sensor stack overflow',
  'panic(cpu 1 caller 0xfffffff0271b00a4): Kernel data abort. at pc 0xfffffff027c1d2a8, lr 0xfffffff027c1d1f4',
]
const hungry =
  'photoanalysisd mediaanalysisd com.apple.WebKit.WebContent Camera Instagram Facebook TikTok YouTube GoogleMaps searchd suggestd spotlightknowledged'.split(
    ' ',
  )
const busy =
  'mediaanalysisd photoanalysisd WhatsApp nsurlsessiond Spotify cloudd OneDrive com.apple.WebKit.WebContent searchd'.split(
    ' ',
  )

export function crashByChance(phone: Phone): void {
  const random = phone.random('crashes')
  const { rates, days } = phone.plan.options
  const weeks = days / 7
  const tagged = phone.device.model.startsWith('iPhone18')
  const { chances, quiet } = phone
  if (chances.length === 0) return
  const upTo = new Float64Array(chances.length)
  let sum = 0
  for (const [n, chance] of chances.entries()) upTo[n] = sum += chance.weight
  const one = (): Chance => {
    const wanted = random.next() * sum
    let low = 0
    for (let high = chances.length - 1; low < high; ) {
      const middle = (low + high) >>> 1
      if (upTo[middle]! < wanted) low = middle + 1
      else high = middle
    }
    return chances[low]!
  }
  const still = (ts: Micros): boolean => ts >= phone.plan.end || quiet.some(([from, to]) => ts >= from && ts <= to)
  // phones differ; mean 1
  const temper = Math.exp(0.5 * random.normal() - 0.125)
  for (let left = random.poisson(rates.crashes * weeks * temper); left > 0; left--) {
    const { ts, process, app, firstParty } = one()
    const kind = benignClass(random, tagged)
    if (!still(ts)) putCrash(phone, ts, process, app, firstParty, kind)
    // what crashes once is started again and crashes again
    for (let t = ts; left > 1 && random.chance(0.15); left--) {
      t += random.whole(20, 1800) * second
      if (!still(t)) putCrash(phone, t, process, app, firstParty, kind)
    }
  }
  // new releases that are bad: on top of the base rate, in proportion to it
  const { wave } = phone.plan
  const owned = wave && phone.apps.find((x) => x.app.bundle === wave.app.bundle)
  const [, bad, good] = owned?.releases ?? []
  if (owned && bad && good) {
    const kind = benignClass(phone.random('wave'), false) === 'null' ? 'null' : 'abort'
    for (const chance of chances) {
      if (chance.app !== owned.app || chance.ts < bad.at || chance.ts >= good.at || chance.weight < 0.1) continue
      if (random.chance(Math.min(0.6, 0.08 * (rates.crashes / 0.6))) && !still(chance.ts))
        putCrash(phone, chance.ts, chance.process, chance.app, false, kind)
    }
  }
  for (const { at } of phone.systems) {
    if (at === 0 || !random.chance(Math.min(0.8, 0.12 * (rates.crashes / 0.6)))) continue
    const { ts, process, app, firstParty } = one()
    const when = at + (ts % (600 * minute))
    if (!still(when) && when < phone.plan.end)
      putCrash(phone, when, process, app, firstParty, benignClass(random, tagged))
  }
  for (let left = random.poisson(rates.crashes * weeks * 0.5); left > 0; left--) {
    const { ts, process, app, firstParty } = one()
    const draw = random.next()
    if (still(ts)) continue
    if (draw < 0.55) putRestart(phone, ts, 'jetsam', random.chance(0.75) ? random.pick(hungry) : process)
    else if (draw < 0.72) putRestart(phone, ts, 'cpu', random.pick(busy))
    else if (draw < 0.82) putRestart(phone, ts, 'disk_writes', random.pick(busy))
    else if (draw < 0.92) putCrash(phone, ts, process, app, firstParty, draw < 0.9 ? 'watchdog' : 'guard')
    else if (draw < 0.96) putRestart(phone, ts, 'panic', '', random.pick(panics))
    else putRestart(phone, ts, 'force_reset', '')
  }
}
