import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { FleetResult } from './evaluate.ts'
import { keptIn } from './kept.ts'
import { defaultRates } from './world.ts'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'codling-kept-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const options = { devices: 3, days: 2, start: 0, rates: defaultRates, budget: 3.3, ablation: false }
const attack = { id: 'a', scenario: 'lateral', device: 'd', start: 1, end: 2 }
const result: FleetResult = {
  generator: 'fleet',
  seed: 7,
  devices: 3,
  deviceDays: 6,
  truth: { attack: 2, decoy: 0, confounder: 0 },
  sufficient: false,
  seconds: 1.5,
  judged: {
    codling: {
      attacks: [
        { attack, score: 2.5, claims: [{ seconds: 60, score: 2.5 }] },
        { attack: { ...attack, id: 'b' }, score: Number.NEGATIVE_INFINITY, claims: [] },
      ],
      wrong: [0.5],
    },
  },
  claims: { codling: 2 },
  without: {},
}

test('what was put comes back as it was, an attack without any claim too', () => {
  keptIn(dir, '1.0.0', options).put(result)
  expect(keptIn(dir, '1.0.0', options).get('fleet', 7)).toEqual(result)
})

test('other seeds, options and versions are other fleets', () => {
  keptIn(dir, '1.0.0', options).put(result)
  expect(keptIn(dir, '1.0.0', options).get('fleet', 8)).toBeNull()
  expect(keptIn(dir, '1.0.0', options).get('agents', 7)).toBeNull()
  expect(keptIn(dir, '1.0.1', options).get('fleet', 7)).toBeNull()
  for (const other of [{ devices: 4 }, { budget: 10 }, { ablation: true }, { rates: { ...defaultRates, decoys: 0 } }])
    expect(keptIn(dir, '1.0.0', { ...options, ...other }).get('fleet', 7), JSON.stringify(other)).toBeNull()
})

test('a file that was cut off is as if it were not there', () => {
  const kept = keptIn(dir, '1.0.0', options)
  kept.put(result)
  for (const file of readdirSync(dir)) writeFileSync(join(dir, file), '{"generator":"fle')
  expect(kept.get('fleet', 7)).toBeNull()
})
