import { gzipSync, zstdCompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { defaultLimits } from '../model/index.ts'
import { findSources } from './index.ts'
import { fileWith, logOf, take, tarHeader, tarOf, type ZipMember, zipOf } from './testing.ts'

const log = logOf(20_000)
const quarters = (data: Buffer) => [1, 2, 3].map((n) => data.subarray(0, Math.floor((data.length * n) / 4)))
const noise = (length: number): Buffer => {
  let state = 7
  const next = () => {
    state = (state * 48271) % 2147483647
    return state & 0xff
  }
  return Buffer.from(Array.from({ length }, next))
}

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

test('tar: names, folders, long names; members lie in place; plain, gzip and zstd', async () => {
  const long = `${'deep/'.repeat(60)}${'n'.repeat(120)}.log`
  const tar = await tarOf(
    { name: 'phone-a/', type: 'directory' },
    { name: 'phone-a/dns.log.gz', data: gzipSync(log) },
    { name: './phone-a//umlaut-ü.log', data: 'ü' },
    { name: long, data: log },
    { name: 'empty' },
  )
  for (const data of [tar, gzipSync(tar), zstdCompressSync(tar)]) {
    const { sources, codes } = await take(fileWith(data, 'a.tgz'))
    expect(codes).toEqual([])
    expect(sources.map(({ path }) => path)).toEqual([
      'a.tgz!phone-a/dns.log.gz',
      'a.tgz!phone-a/umlaut-ü.log',
      `a.tgz!${long}`,
      'a.tgz!empty',
    ])
    expect(sources[0]).toMatchObject({ name: 'dns.log', plainFile: null })
    expect(sources[0]!.folders.at(-1)).toBe('phone-a')
    expect(sources[0]!.data.equals(log)).toBe(true)
    expect(sources[2]!.data.equals(log)).toBe(true)
    expect(sources[2]!.plainFile).toBeTruthy()
    expect(sources[3]!.data.length).toBe(0)
  }
})

const body = (text: string): Buffer => {
  const padded = Buffer.alloc(Math.ceil(text.length / 512) * 512)
  padded.write(text)
  return padded
}
const endMark = Buffer.alloc(1024)

test('tar of GNU and of version 7: long names, base-256 sizes, no magic', async () => {
  const long = `${'g'.repeat(200)}.log`
  const { sources, codes } = await take(
    fileWith(
      Buffer.concat([
        tarHeader('././@LongLink', 'L', long.length + 1),
        body(`${long}\0`),
        tarHeader('cut', '0', 1),
        body('a'),
        tarHeader('big-size', '0', 0, (head) => {
          head.fill(0, 124, 136)
          head[124] = 0x80
          head[135] = 3
        }),
        body('abc'),
        tarHeader('v7', '\0', 1, (head) => head.fill(0, 257, 265)),
        body('7'),
        endMark,
      ]),
      't',
    ),
  )
  expect(codes).toEqual([])
  expect(sources.map(({ path, data }) => [path, `${data}`])).toEqual([
    [`t!${long}`, 'a'],
    ['t!big-size', 'abc'],
    ['t!v7', '7'],
  ])
})

test('tar: links, devices, sparse members and unknown kinds are told; what follows is read', async () => {
  const sparseMap = Buffer.alloc(512)
  const pax = '22 GNU.sparse.major=1\n'
  const tar = Buffer.concat([
    tarHeader('hard', '1', 0),
    tarHeader('soft', '2', 0),
    tarHeader('char', '3', 0),
    tarHeader('fifo', '6', 0),
    tarHeader('sparse-old', 'S', 3, (head) => {
      head[482] = 1
    }),
    sparseMap,
    body('abc'),
    tarHeader('pax', 'x', pax.length),
    body(pax),
    tarHeader('sparse-new', '0', 3),
    body('abc'),
    tarHeader('odd', 'Q', 3),
    body('abc'),
    tarHeader('last', '0', 1),
    body('z'),
    endMark,
  ])
  const { sources, problems } = await take(fileWith(tar, 't'))
  expect(sources.map(({ path, data }) => [path, `${data}`])).toEqual([['t!last', 'z']])
  expect(problems.map(({ path, code }) => [path, code])).toEqual([
    ['t!hard', 'link'],
    ['t!soft', 'link'],
    ['t!char', 'unreadable'],
    ['t!fifo', 'unreadable'],
    ['t!sparse-old', 'unreadable'],
    ['t!sparse-new', 'unreadable'],
    ['t!odd', 'unknown_kind'],
  ])
})

test('tar cut anywhere: the part of the member comes and both say so', async () => {
  const tar = await tarOf({ name: 'first', data: 'whole' }, { name: 'long', data: log })
  for (const cut of quarters(tar)) {
    const { sources, codes } = await take(fileWith(cut))
    expect(sources.map(({ name }) => name)).toEqual(['first', 'long'])
    const { data, problems } = sources[1]!
    expect(data.equals(log.subarray(0, cut.length - 1536))).toBe(true)
    expect(problems).toMatchObject([{ code: 'compressed_damaged', byte: data.length }])
    expect(codes).toEqual(['compressed_damaged'])
  }
  const atHeader = await take(fileWith(tar.subarray(0, 1024 + 100)))
  expect(atHeader.codes).toEqual(['compressed_damaged'])
  const atMember = await take(fileWith(tar.subarray(0, 1024)))
  expect(atMember.sources.map(({ name }) => name)).toEqual(['first'])
  expect(atMember.codes).toEqual(['truncated'])
})

test('a tar.gz that is cut gives its members and says why the last is short', async () => {
  const tgz = gzipSync(await tarOf({ name: 'first', data: 'whole' }, { name: 'long', data: log }))
  for (const cut of quarters(tgz)) {
    const { sources, problems } = await take(fileWith(cut))
    expect(sources.map(({ name }) => name)).toEqual(['first', 'long'])
    const { data } = sources[1]!
    expect(data.length).toBeGreaterThan(0)
    expect(data.equals(log.subarray(0, data.length))).toBe(true)
    expect(sources[1]!.problems).toMatchObject([{ code: 'compressed_damaged' }])
    expect(problems.map(({ detail }) => detail)).toContain('the data end too early')
  }
})

test('a damaged tar header costs that member only', async () => {
  const tar = await tarOf({ name: 'a', data: 'a' }, { name: 'b', data: 'b' }, { name: 'c', data: 'c' })
  tar[1024 + 3] = 0x58
  const { sources, codes } = await take(fileWith(tar))
  expect(sources.map(({ name }) => name)).toEqual(['a', 'c'])
  expect(codes).toEqual(['compressed_damaged'])
})

test('a tar whose name record is absurdly long is told', async () => {
  const size = 2 * 1024 * 1024
  const tar = Buffer.concat([
    tarHeader('x', 'L', size),
    Buffer.alloc(size, 'n'),
    tarHeader('b', '0', 1),
    body('b'),
    endMark,
  ])
  const { sources, codes } = await take(fileWith(tar))
  expect(codes).toEqual(['compressed_damaged'])
  expect(sources.map(({ name }) => name)).toEqual(['b'])
})

const tricks = ['../x', 'a/../../x', '/etc/x', '..\\x', 'C:\\x', 'c:x', 'a\\b', `${'n'.repeat(5000)}`, './.']

test('names that lead out are refused and told, in tar and in zip', async () => {
  const pax = (name: string) => {
    const rest = ` path=${name}\n`
    const length = rest.length + `${rest.length + 4}`.length
    const record = `${length}${rest}`
    return [tarHeader('pax', 'x', record.length), body(record), tarHeader('short', '0', 1), body('x')]
  }
  const tar = Buffer.concat([...tricks.flatMap(pax), ...pax('good'), endMark])
  const zip = zipOf(...[...tricks, 'with\0nul', 'good'].map((name): ZipMember => ({ name, data: 'x' })))
  for (const [data, bad] of [
    [tar, tricks.length],
    [zip, tricks.length + 1],
    [gzipSync(tar), tricks.length],
  ] as const) {
    const { sources, codes } = await take(fileWith(data))
    expect(sources.map(({ name }) => name)).toEqual(['good'])
    expect(codes).toEqual(Array(bad).fill('bad_path'))
  }
})

test('zip: stored, deflated, zstd, zip64; folders of members', async () => {
  const members: ZipMember[] = [
    { name: 'phone-a/', mode: 0o40755 },
    { name: 'phone-a/stored.log', data: log, method: 0 },
    { name: 'phone-a/deflated.log', data: log },
    { name: 'zstd.log', data: log, method: 93 },
    { name: 'large.log', data: log, zip64: true },
    { name: 'ü.log', data: 'ü' },
    { name: 'empty', method: 0 },
  ]
  const { sources, problems } = await take(fileWith(zipOf(...members), 'a.zip'))
  expect(problems).toEqual([])
  expect(sources.map(({ path }) => path)).toEqual(members.slice(1).map(({ name }) => `a.zip!${name}`))
  expect(sources[0]!.folders.at(-1)).toBe('phone-a')
  for (const { data } of sources.slice(0, 4)) expect(data.equals(log)).toBe(true)
  expect(sources.flatMap(({ problems: told }) => told)).toEqual([])
  expect((await take(fileWith(zipOf()))).problems).toEqual([])
})

test('zip: encrypted members, links and unknown methods are told; the rest is read', async () => {
  const zip = zipOf(
    { name: 'secret', data: 'x'.repeat(20), method: 0, flags: 1 },
    { name: 'link', data: '/etc/passwd', mode: 0o120777 },
    { name: 'lzma', data: 'x', method: 14 },
    { name: 'good', data: 'good' },
  )
  const { sources, problems } = await take(fileWith(zip, 'z'))
  expect(sources.map(({ data }) => `${data}`)).toEqual(['good'])
  expect(problems.map(({ path, code }) => [path, code])).toEqual([
    ['z!secret', 'encrypted'],
    ['z!link', 'link'],
    ['z!lzma', 'unreadable'],
  ])
})

test('zip: a wrong checksum is told after the content', async () => {
  const { sources } = await take(fileWith(zipOf({ name: 'a', data: log, crc: 1 })))
  expect(sources[0]!.data.equals(log)).toBe(true)
  expect(sources[0]!.problems).toMatchObject([{ code: 'compressed_damaged' }])
})

test('zip inside tar.gz inside zip, with all names', async () => {
  const inner = zipOf({ name: 'y.log', data: log })
  const tgz = gzipSync(await tarOf({ name: 'dir/x.zip', data: inner }))
  const { sources, problems } = await take(fileWith(zipOf({ name: 'in/a.tgz', data: tgz }), 'outer.zip'))
  expect(problems).toEqual([])
  expect(sources[0]).toMatchObject({ path: 'outer.zip!in/a.tgz!dir/x.zip!y.log', name: 'y.log', problems: [] })
  expect(sources[0]!.folders.slice(-2)).toEqual(['in', 'dir'])
  expect(sources[0]!.data.equals(log)).toBe(true)
})

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

test('100,000 empty members cost little memory and time', async () => {
  const headers = Array.from({ length: 100_000 }, (_, i) => tarHeader(`d${i}/`, '5', 0))
  const file = fileWith(
    gzipSync(Buffer.concat([...headers, tarHeader('last', '0', 1), body('x'), endMark]), { level: 1 }),
  )
  headers.length = 0
  let names: string[] = []
  for await (const found of findSources(file, defaultLimits))
    names = [...names, found.kind === 'source' ? found.source.name : found.problem.code]
  expect(names).toEqual(['last'])
})
