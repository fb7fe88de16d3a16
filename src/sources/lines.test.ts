import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Problem } from '../model/index.ts'
import { gather } from './content.ts'
import { boundLines, measure } from './index.ts'

async function* inChunks(data: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  for (let at = 0, i = 0; at < data.length; i++) {
    const size = sizes[i % sizes.length]!
    yield data.subarray(at, at + size)
    at += size
  }
}
const sha = (data: Buffer) => createHash('sha256').update(data).digest('hex')
const texts = fc
  .array(fc.string({ unit: fc.constantFrom('a', 'b', '\r', 'é'), maxLength: 12 }))
  .map((lines) => lines.join('\n'))
const chunkings = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 4 })

test('boundLines cuts as a naive reader would, however the bytes are chunked', async () => {
  let cuts = 0
  await fc.assert(
    fc.asyncProperty(texts, chunkings, fc.integer({ min: 0, max: 10 }), async (text, sizes, maxLine) => {
      const data = Buffer.from(text)
      const expected: Problem[] = []
      let byte = 0
      const lines = data.toString('latin1').split('\n')
      lines.forEach((line, i) => {
        if (line.length > maxLine) {
          const sample = Buffer.from(line, 'latin1').toString()
          expected.push({ code: 'line_too_long', record: i + 1, byte, detail: `cut after ${maxLine} bytes`, sample })
        }
        byte += line.length + 1
      })
      const told: Problem[] = []
      const cut = await gather(boundLines(inChunks(data, sizes), maxLine, (problem) => told.push(problem)))
      expect(cut.toString('latin1')).toBe(lines.map((line) => line.slice(0, maxLine)).join('\n'))
      // A sample may end within the chunk in which the line was seen to be too long.
      expect(told.map((problem) => ({ ...problem, sample: '' }))).toEqual(
        expected.map((problem) => ({ ...problem, sample: '' })),
      )
      told.forEach(({ sample }, i) => {
        expect(expected[i]!.sample.startsWith(sample.replace(/\ufffd+$/, ''))).toBe(true)
      })
      cuts += told.length
    }),
    { numRuns: 500, seed: 1 },
  )
  expect(cuts).toBeGreaterThan(500)
})

test('a line of 64 MiB is cut without being held', async () => {
  const chunk = Buffer.alloc(1024 * 1024, 'x')
  async function* long() {
    for (let i = 0; i < 64; i++) yield chunk
    yield Buffer.from('\nnext\n')
  }
  const told: Problem[] = []
  let size = 0
  let last = ''
  for await (const part of boundLines(long(), 1_500_000, (problem) => told.push(problem))) {
    size += part.length
    last = part.toString('latin1').slice(-6)
  }
  expect(size).toBe(1_500_000 + 6)
  expect(last).toBe('\nnext\n')
  expect(told).toMatchObject([{ code: 'line_too_long', record: 1, byte: 0, sample: 'x'.repeat(200) }])
})

test('measure agrees with a naive count, however the bytes are chunked', async () => {
  await fc.assert(
    fc.asyncProperty(texts, chunkings, fc.nat(30), fc.array(fc.nat(60)), async (text, sizes, headBytes, digestAt) => {
      const data = Buffer.from(text)
      const maxLine = 5
      const lines = data.toString('latin1').split('\n')
      if (lines.at(-1) === '') lines.pop()
      expect(await measure(inChunks(data, sizes), { maxLine, headBytes, digestAt })).toEqual({
        sha256: sha(data),
        bytes: data.length,
        lines: lines.length,
        endsWithNewline: text.endsWith('\n'),
        longestLine: Math.max(0, ...lines.map(({ length }) => length)),
        tooLong: lines.filter(({ length }) => length > maxLine).length,
        headSha256: sha(data.subarray(0, headBytes)),
        digests: Object.fromEntries(digestAt.filter((n) => n <= data.length).map((n) => [n, sha(data.subarray(0, n))])),
      })
    }),
    { numRuns: 300, seed: 2 },
  )
})
