// When a device is used: a latent intensity, and the state of its radio link.
import type { Random } from '../../random.ts'
import { logNormal } from './points.ts'

/** Seconds in a bin of the intensity. */
const bin = 300
const binsADay = 86_400 / bin

export type State = 0 | 1 | 2

export type Activity = {
  /** Expected use up to the end, in mean device-days. */
  readonly total: number
  /** Time change: the second at which so much use (mean device-days) has gone by. */
  at(use: number): number
  /** 0 asleep, 1 idle, 2 in use. */
  state(s: number): State
  /** Draws whether the radio is up for a timer at this moment. */
  awake(s: number): boolean
}

/**
 * Markov-modulated intensity: log λ is a Gaussian-process-like series with the periods of a day and its harmonics
 * plus a slow wander from day to day, times the level of a chain of three states (asleep, idle, in use).
 * `zone(s)` gives the hours that local time is ahead of UTC.
 */
export function openActivity(random: Random, days: number, zone: (s: number) => number): Activity {
  const n = Math.ceil(days * binsADay)
  const upTo = new Float64Array(n + 1)
  const states = new Uint8Array(n)
  // coefficients of the periodic part fall as 1/k: a smooth kernel
  const waves = [1, 2, 3, 4, 5].map((k) => [(0.35 * random.normal()) / k, (0.35 * random.normal()) / k] as const)
  const weekly = 2 * Math.PI * random.next()
  const bed = 22.8 + 0.9 * random.normal()
  const rise = 6.6 + 0.8 * random.normal()
  const level = [0.02, 0.45, 2.4] as const
  let wander = 0
  let state: State = 0
  let bedToday = bed
  let riseToday = rise
  for (let i = 0; i < n; i++) {
    const s = i * bin
    const local = (((s / 3600 + zone(s)) % 24) + 24) % 24
    if (i % binsADay === 0) {
      wander = 0.7 * wander + 0.25 * random.normal()
      bedToday = bed + 0.7 * random.normal()
      riseToday = rise + 0.6 * random.normal()
    }
    // who goes to bed after midnight is awake until then
    const up = (local >= riseToday && local < bedToday) || local + 24 < bedToday
    if (!up) state = random.chance(0.012) ? 2 : 0
    else if (state === 0) state = random.chance(0.6) ? 2 : 1
    else if (state === 1) state = random.chance(0.14) ? 2 : 1
    else state = random.chance(0.22) ? 1 : 2
    let log = wander
    log += 0.15 * Math.cos((2 * Math.PI * s) / (7 * 86_400) + weekly)
    waves.forEach(([a, b], k) => {
      const turn = ((k + 1) * local * Math.PI) / 12
      log += a * Math.cos(turn) + b * Math.sin(turn)
    })
    states[i] = state
    upTo[i + 1] = upTo[i]! + (level[state] * Math.exp(log)) / binsADay
  }
  const end = n * bin
  const stateAt = (s: number): State => (states[Math.min(n - 1, Math.max(0, Math.floor(s / bin)))] ?? 0) as State
  return {
    total: upTo[n]!,
    at(use) {
      if (use >= upTo[n]!) return end
      let low = 0
      let high = n
      while (high - low > 1) {
        const middle = (low + high) >>> 1
        if (upTo[middle]! <= use) low = middle
        else high = middle
      }
      return (low + (use - upTo[low]!) / (upTo[high]! - upTo[low]!)) * bin
    },
    state: stateAt,
    awake: (s) => random.chance([0.4, 0.8, 0.97][stateAt(s)]!),
  }
}

export type Link = {
  /** Chance that a session begun at this second fails for no reason. */
  failure(s: number): number
  /** Moments of hand-over: the link turns bad. */
  readonly turns: readonly number[]
}

/** Mean seconds of the good and the bad state of the link. */
const goodSpell = 5 * 3600
const badSpell = 700

/**
 * Gilbert–Elliott channel (Gilbert 1960): `failures` is the mean share of failed sessions; a third of them fall in
 * the bad state and in the hand-over bursts at its beginning.
 */
export function openLink(random: Random, end: number, failures: number): Link {
  const turns: number[] = []
  const backs: number[] = []
  for (let s = goodSpell * random.exponential(); s < end; ) {
    turns.push(s)
    s += logNormal(random, badSpell * 0.7, 0.85)
    backs.push(s)
    s += goodSpell * random.exponential()
  }
  const bad = Math.min(0.9, failures * 7)
  const good = failures * 0.66
  return {
    turns,
    failure(s) {
      let low = 0
      let high = turns.length
      while (low < high) {
        const middle = (low + high) >>> 1
        if (turns[middle]! <= s) low = middle + 1
        else high = middle
      }
      return low > 0 && s < backs[low - 1]! ? bad : good
    },
  }
}
