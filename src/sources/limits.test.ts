import { gzipSync, zstdCompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { defaultLimits } from '../model/index.ts'
import { findSources } from './index.ts'
import { fileWith, logOf, noise, take, tarBody, tarEnd, tarHeader, tarOf, type ZipMember, zipOf } from './testing.ts'

const log = logOf(20_000)

test('nesting stops at the depth', async () => {
  let gzips: Buffer = Buffer.from('core')
  let zips: Buffer = gzips
  let tars: Buffer = gzips
  for (let i = 0; i < 4; i++) {
    gzips = gzipSync(gzips)
    zips = zipOf({ name: 'n', data: zips })
    tars = await tarOf({ name: 'n', data: tars })
  }
  for (const data of [gzips, zips, tars]) {
    const deep = await take(fileWith(data), { maxDepth: 3 })
    expect(deep.sources).toEqual([])
    expect(deep.codes).toEqual(['too_deep'])
    const enough = await take(fileWith(data), { maxDepth: 4 })
    expect(enough.codes).toEqual([])
    expect(enough.sources.map(({ data: core }) => `${core}`)).toEqual(['core'])
  }
})

const small = { ratioFloor: 1024 * 1024, maxRatio: 300 }

test('bombs stop at the ratio, whatever they are packed in', async () => {
  const zeros = Buffer.alloc(40 * 1024 * 1024)
  const bombs = [
    gzipSync(zeros),
    zstdCompressSync(zeros),
    zipOf({ name: 'a', data: zeros }),
    zipOf({ name: 'a', data: zeros, method: 93 }),
    gzipSync(await tarOf({ name: 'a', data: zeros })),
    // Hidden beside much that is sound, so that the whole has a harmless ratio.
    zipOf({ name: 'a', data: noise(1024 * 1024), method: 0 }, { name: 'b', data: zeros }),
  ]
  for (const bomb of bombs) {
    const { sources, codes } = await take(fileWith(bomb), small)
    const told = [...codes, ...sources.flatMap(({ problems }) => problems.map(({ code }) => code))]
    expect(new Set(told)).toEqual(new Set(['ratio_limit']))
    const size = sources.reduce((sum, { data }) => sum + data.length, 0)
    expect(size).toBeLessThan(zeros.length * 0.9)
  }
})

test('a zip whose members all point at the same data stops at the ratio of the whole', async () => {
  const kernel = logOf(300)
  const members = Array.from({ length: 2000 }, (_, i): ZipMember => ({ name: `m${i}`, data: kernel, offset: 0 }))
  const zip = zipOf({ name: 'first', data: kernel }, ...members)
  const { sources, codes } = await take(fileWith(zip), { ratioFloor: 1024 * 1024, maxRatio: 10 })
  // Of the member at which it stopped, and of the archive.
  expect(codes).toEqual(['ratio_limit', 'ratio_limit'])
  expect(sources.length).toBeLessThan(1000)
  expect(sources.length).toBeGreaterThan(50)
})

test('total bytes stop at the limit, exactly', async () => {
  const limit = { maxBytes: 100_000 }
  const gz = (await take(fileWith(gzipSync(log)), limit)).sources[0]!
  expect(gz.data.equals(log.subarray(0, 100_000))).toBe(true)
  expect(gz.problems).toMatchObject([{ code: 'size_limit', byte: 100_000 }])
  const half = log.subarray(0, 60_000)
  const zip = await take(
    fileWith(zipOf({ name: 'a', data: half }, { name: 'b', data: half }, { name: 'c', data: half })),
    limit,
  )
  expect(zip.sources.map(({ data }) => data.length)).toEqual([60_000, 40_000])
  expect(zip.codes).toEqual(['size_limit'])
})

test('members stop at the count, told once', async () => {
  const members = Array.from({ length: 30 }, (_, i) => ({ name: `m${i}`, data: 'x' }))
  for (const data of [await tarOf(...members), zipOf(...members), gzipSync(await tarOf(...members))]) {
    const { sources, codes } = await take(fileWith(data), { maxMembers: 20 })
    expect(sources).toHaveLength(20)
    expect(codes).toEqual(['count_limit'])
  }
})

test('100,000 folders in a tar are passed over', async () => {
  const headers = Array.from({ length: 100_000 }, (_, i) => tarHeader(`d${i}/`, '5', 0))
  const file = fileWith(
    gzipSync(Buffer.concat([...headers, tarHeader('last', '0', 1), tarBody('x'), tarEnd]), { level: 1 }),
  )
  headers.length = 0
  let names: string[] = []
  for await (const found of findSources(file, defaultLimits))
    names = [...names, found.kind === 'source' ? found.source.name : found.problem.code]
  expect(names).toEqual(['last'])
})
