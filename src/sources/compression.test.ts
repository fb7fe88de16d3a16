import { gzipSync, zstdCompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { fileWith, logOf, noise, quarters, take } from './testing.ts'

const log = logOf(20_000)

test('gzip and zstd: streamed, known by content and not by name', async () => {
  for (const data of [gzipSync(log), zstdCompressSync(log)])
    for (const [given, name] of [
      ['dns.log.gz', 'dns.log'],
      ['dns.log.ZST', 'dns.log'],
      ['dns.log', 'dns.log'],
    ] as const) {
      const { sources, problems } = await take(fileWith(data, given))
      expect(problems).toEqual([])
      expect(sources[0]).toMatchObject({ path: given, name, plainFile: null, problems: [] })
      expect(sources[0]!.data.equals(log)).toBe(true)
    }
})

test('gzip and zstd in several members or frames, also with padding and skippable frames', async () => {
  const half = log.length >> 1
  const [a, b] = [log.subarray(0, half), log.subarray(half)]
  const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4])
  for (const parts of [
    [gzipSync(a), gzipSync(b)],
    [gzipSync(a), Buffer.alloc(1000), gzipSync(b), Buffer.alloc(70_000)],
    [gzipSync(a), gzipSync(''), gzipSync(b)],
    [zstdCompressSync(a), zstdCompressSync(b)],
    [skippable, zstdCompressSync(a), skippable, zstdCompressSync(b)],
  ]) {
    const { sources, problems } = await take(fileWith(Buffer.concat(parts)))
    expect(problems).toEqual([])
    expect(sources[0]!.problems).toEqual([])
    expect(sources[0]!.data.equals(log)).toBe(true)
  }
})

test('garbage after gzip or zstd is told, and costs nothing of the content', async () => {
  for (const data of [gzipSync(log), zstdCompressSync(log)])
    for (const garbage of ['x', 'trailing garbage '.repeat(5000)]) {
      const { sources } = await take(fileWith(Buffer.concat([data, Buffer.from(garbage)])))
      expect(sources[0]!.data.equals(log)).toBe(true)
      expect(sources[0]!.problems).toMatchObject([{ code: 'compressed_damaged', byte: log.length }])
    }
})

test('gzip and zstd cut at every quarter: what stands before the cut comes, then the problem', async () => {
  for (const [whole, least] of [
    [gzipSync(log), 0.9],
    [zstdCompressSync(log), 0.3],
  ] as const)
    for (const [i, cut] of quarters(whole).entries()) {
      const { sources } = await take(fileWith(cut))
      const { data, problems } = sources[0]!
      expect(log.subarray(0, data.length).equals(data)).toBe(true)
      // zstd gives whole blocks of 128 KiB only.
      expect(data.length).toBeGreaterThan(((log.length * (i + 1)) / 4) * least - (least < 0.5 ? 131_072 : 0))
      expect(problems).toMatchObject([
        { code: 'compressed_damaged', byte: data.length, detail: 'the data end too early' },
      ])
    }
})

test('a damaged byte in gzip: everything before it comes; a wrong checksum costs no content', async () => {
  const whole = gzipSync(log)
  const middle = whole.length >> 1
  const zeroed = Buffer.concat([whole.subarray(0, middle), Buffer.alloc(64), whole.subarray(middle + 64)])
  const { sources } = await take(fileWith(zeroed))
  const { data, problems } = sources[0]!
  const sound = data.findIndex((byte, i) => byte !== log[i])
  expect(sound === -1 ? data.length : sound).toBeGreaterThan(log.length * 0.45)
  expect(problems).toMatchObject([{ code: 'compressed_damaged', byte: data.length }])

  const checksum = Buffer.from(whole)
  checksum[checksum.length - 8]! ^= 1
  const second = (await take(fileWith(checksum))).sources[0]!
  expect(second.data.equals(log)).toBe(true)
  expect(second.problems).toMatchObject([{ code: 'compressed_damaged' }])
})

test('random bytes after a magic are a problem, not an exception', async () => {
  for (const start of [gzipSync('').subarray(0, 4), zstdCompressSync('').subarray(0, 4), Buffer.from('PK\x03\x04')])
    for (const length of [0, 1, 100, 100_000]) {
      const { sources, codes } = await take(fileWith(Buffer.concat([start, noise(length)])))
      const all = [...codes, ...sources.flatMap(({ problems }) => problems.map(({ code }) => code))]
      expect(all).toContain('compressed_damaged')
    }
})

test('compressions that are not read are named with the way out', async () => {
  const starts = ['fd377a585a00', '425a683931415926535900', '04224d18', '1f9d90', '377abcaf271c', '526172211a07']
  for (const start of starts) {
    const { sources, problems } = await take(fileWith(Buffer.concat([Buffer.from(start, 'hex'), noise(600)])))
    expect(sources).toEqual([])
    expect(problems).toMatchObject([{ code: 'unreadable' }])
    expect(problems[0]!.detail).toMatch(/scan/)
  }
  expect((await take(fileWith('BZh9 is how this text begins\n'))).sources).toHaveLength(1)
})
