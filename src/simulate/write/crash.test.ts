// Crash reports over many seeds: what a class means must not depend on where its addresses happen to fall.
import { describe, expect, it } from 'vitest'
import { reportOf } from '../../formats/apple-ips/report.ts'
import type { Crash } from '../world.ts'
import { crashReport } from './crash.ts'
import { classOf, crashClasses, devices, moment } from './testing.ts'

const crash = (name: Crash['class'], process: string, app: string): Crash => ({
  kind: 'crash',
  ts: moment(1, 2, 300),
  device: 0,
  process,
  app,
  appVersion: app === '' ? '' : '1.0',
  firstParty: app === '',
  class: name,
  os: 'iPhone OS 26.1 (23B85)',
  locked: false,
})

const processes: readonly (readonly [string, string])[] = [
  ['imagent', ''],
  ['com.apple.WebKit.WebContent', ''],
  ['MessagesBlastDoorService', ''],
  ['Chat', 'com.example.chat'],
]

describe.each(crashClasses.map((name) => [name]))('%s', (name) => {
  it('is read as itself from each process and seed, at addresses of its own', () => {
    const places = new Set<string>()
    for (let seed = 0; seed < 60; seed++)
      for (const [process, app] of processes) {
        const { text } = crashReport(crash(name, process, app), devices[0]!, seed, (seed % 5) * 60 - 120)
        const { rows, flaws } = reportOf(text, true)
        expect(flaws).toEqual([])
        expect(rows).toHaveLength(1)
        const row = rows[0]!
        expect([seed, process, classOf(row)]).toEqual([seed, process, name])
        // 100 µs is what reports write
        expect(row.ts).toBe(moment(1, 2, 300))
        expect(row).toMatchObject({ process, pc_known: 1, os_version: '26.1', os_build: '23B85' })
        expect(row.detail?.frames?.split('\n').length).toBeGreaterThan(3)
        expect(row.detail?.lr).toMatch(/^0x[0-9a-f]+$/)
        places.add(String(row.pc))
      }
    // processes of one start of the device share the kernel’s library, each start has it elsewhere
    expect(places.size).toBeGreaterThan(50)
  })
})

it('keeps the digits of addresses beyond 2^53', () => {
  const { text } = crashReport(crash('mte', 'imagent', ''), devices[0]!, 3, 0)
  const [codes] = /"codes": "[^"]*"/.exec(text)!
  const address = BigInt(/, (0x[0-9a-f]+)"/.exec(codes)![1]!)
  expect(address).toBeGreaterThan(2n ** 56n)
  expect(text).toContain(`${address}`)
})
