// The matcher against an even more naive one; reading against the order of lines; life against time itself.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { FeedIndicator } from '../../src/intel/index.ts'
import { type Assertion, decayed, matchIp, matchName, readFeed, stateAtEvent } from '../../src/intel/index.ts'

const label = fc.constantFrom('a', 'b', 'evil', 'notevil', 'x-evil', '_c2', 'com', 'github', 'www')
const name = fc
  .tuple(fc.array(label, { minLength: 1, maxLength: 4 }), fc.constantFrom('test', 'co.uk', 'github.io', 'example'))
  .map(([labels, end]) => `${labels.join('.')}.${end}`)

async function read(lines: readonly string[]): Promise<FeedIndicator[]> {
  const all: FeedIndicator[] = []
  const bytes = async function* (): AsyncGenerator<Buffer> {
    yield Buffer.from(lines.join('\n'))
  }
  await readFeed({ path: 'list.txt', name: 'list.txt', now: 1e15, bytes }, { add: (batch) => void all.push(...batch) })
  return all
}

/** Cuts labels off the front and compares the rest as lists. */
function naive(indicator: string, contacted: string): boolean {
  const wanted = indicator.split('.')
  for (let labels = contacted.split('.'); labels.length > 0; labels = labels.slice(1)) {
    if (labels.length === wanted.length && labels.every((l, i) => l === wanted[i])) return true
  }
  return false
}

test('names: the matcher and the naive matcher agree', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(name, { minLength: 1, maxLength: 12 }),
      fc.array(name, { maxLength: 20 }),
      async (list, met) => {
        const indicators = await read(list)
        expect(indicators.map((i) => i.value)).toEqual(list)
        for (const contacted of met) {
          const hits = matchName(indicators, contacted).map((h) => h.indicator.record)
          const expected = indicators
            .filter((i) => i.state === 'approved' && naive(i.value, contacted))
            .map((i) => i.record)
          expect(hits).toEqual(expected)
        }
      },
    ),
    { numRuns: 200 },
  )
})

test('names: how the feed or the telemetry writes a name changes nothing', async () => {
  const dress = fc.constantFrom(
    (n: string) => n.toUpperCase(),
    (n: string) => `${n}.`,
    (n: string) => ` ${n}\t`,
    (n: string) => n.replaceAll('.', '[.]'),
    (n: string) => `hxxps://${n}`,
    (n: string) => `http://u:p@${n}:8080/`,
    (n: string) => `${n}:443`,
  )
  await fc.assert(
    fc.asyncProperty(name, dress, name, dress, async (listed, dressListed, met, dressMet) => {
      const plain = matchName(await read([listed]), met).length
      expect(matchName(await read([dressListed(listed)]), dressMet(met)).length).toBe(plain)
    }),
    { numRuns: 300 },
  )
})

test('addresses: a network holds exactly the addresses that share its first bits', async () => {
  const part = fc.constantFrom(0, 1, 63, 64, 127, 128, 200, 255)
  const bits = (ip: string): string =>
    ip
      .split('.')
      .map((p) => Number(p).toString(2).padStart(8, '0'))
      .join('')
  await fc.assert(
    fc.asyncProperty(part, fc.integer({ min: 8, max: 31 }), part, part, async (a, prefix, b, c) => {
      const network = `45.${a}.${b}.0`
      const ip = `45.${a}.${c}.7`
      const [indicator] = await read([`${network}/${prefix}`])
      const inside = bits(network).slice(0, prefix) === bits(ip).slice(0, prefix)
      expect(matchIp([indicator!], ip).length === 1).toBe(inside)
    }),
  )
})

test('reading: neither the order of lines nor the cut of chunks changes what is found', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(name, { minLength: 2, maxLength: 10 }), async (names) => {
      const key = (i: FeedIndicator): string => `${i.kind} ${i.value} ${i.state}`
      const forwards = (await read(names)).map(key)
      const backwards = (await read(names.toReversed())).map(key)
      expect(backwards.toReversed()).toEqual(forwards)
    }),
  )
})

const time = fc.integer({ min: 1, max: 2_000 }).map((d) => d * 86_400e6)
const orNone = (t: fc.Arbitrary<number>): fc.Arbitrary<number> => fc.oneof(fc.constant(0), t)
const assertion: fc.Arbitrary<Assertion> = fc.record({
  kind: fc.constantFrom('domain', 'ip', 'url', 'process'),
  state: fc.constantFrom('approved', 'expired', 'proposed', 'revoked', 'rejected'),
  valid_from: orNone(time),
  valid_until: orNone(time),
  published: orNone(time),
  confidence: fc.integer({ min: -1, max: 100 }),
})

test('life: several assertions hit exactly when one of them does, in any order', () => {
  fc.assert(
    fc.property(
      fc.array(assertion, { maxLength: 5 }),
      time,
      fc.option(fc.integer({ min: 0, max: 400 })),
      (all, event, lookbackDays) => {
        const together = stateAtEvent(all, event, { lookbackDays })
        const single = all.map((a) => stateAtEvent([a], event, { lookbackDays }))
        expect(together.hit).toBe(single.some((s) => s.hit))
        expect(together.confidence).toBe(Math.max(0, ...single.map((s) => s.confidence)))
        expect(stateAtEvent(all.toReversed(), event, { lookbackDays })).toEqual(together)
        if (together.retroactive || together.aged) expect(together.hit).toBe(true)
        if (together.expired) expect(together.hit).toBe(false)
      },
    ),
    { numRuns: 1000 },
  )
})

test('life: only valid_until, a revocation or a reviewer end a match, and age never does', () => {
  fc.assert(
    fc.property(assertion, time, (a, event) => {
      const ended = a.valid_until > 0 ? event >= a.valid_until : a.state === 'expired'
      const approved = a.state === 'approved' || a.state === 'expired'
      expect(stateAtEvent([a], event, { lookbackDays: null }).hit).toBe(approved && !ended)
    }),
    { numRuns: 1000 },
  )
})

test('decay falls, and stays between 0 and the base', () => {
  const days = fc.double({ min: 0, max: 1000, noNaN: true })
  fc.assert(
    fc.property(days, days, fc.double({ min: 0.1, max: 3, noNaN: true }), (one, two, delta) => {
      const [young, old] = one < two ? [one, two] : [two, one]
      const [more, less] = [decayed(80, young, 300, delta), decayed(80, old, 300, delta)]
      expect(more).toBeGreaterThanOrEqual(less)
      expect(less).toBeGreaterThanOrEqual(0)
      expect(more).toBeLessThanOrEqual(80)
    }),
  )
})
