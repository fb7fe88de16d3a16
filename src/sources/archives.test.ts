import { gzipSync, zstdCompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { fileWith, logOf, quarters, take, tarBody, tarEnd, tarHeader, tarOf, type ZipMember, zipOf } from './testing.ts'

const log = logOf(20_000)

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

test('tar of GNU and of version 7: long names, base-256 sizes, no magic', async () => {
  const long = `${'g'.repeat(200)}.log`
  const { sources, codes } = await take(
    fileWith(
      Buffer.concat([
        tarHeader('././@LongLink', 'L', long.length + 1),
        tarBody(`${long}\0`),
        tarHeader('cut', '0', 1),
        tarBody('a'),
        tarHeader('big-size', '0', 0, (head) => {
          head.fill(0, 124, 136)
          head[124] = 0x80
          head[135] = 3
        }),
        tarBody('abc'),
        tarHeader('v7', '\0', 1, (head) => head.fill(0, 257, 265)),
        tarBody('7'),
        tarEnd,
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
    tarBody('abc'),
    tarHeader('pax', 'x', pax.length),
    tarBody(pax),
    tarHeader('sparse-new', '0', 3),
    tarBody('abc'),
    tarHeader('odd', 'Q', 3),
    tarBody('abc'),
    tarHeader('last', '0', 1),
    tarBody('z'),
    tarEnd,
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
    tarBody('b'),
    tarEnd,
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
    return [tarHeader('pax', 'x', record.length), tarBody(record), tarHeader('short', '0', 1), tarBody('x')]
  }
  const tar = Buffer.concat([...tricks.flatMap(pax), ...pax('good'), tarEnd])
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

test('zip cut anywhere: the members before the cut come whole, the last as far as it goes', async () => {
  const streamed: ZipMember = { name: 'streamed.log', data: log, flags: 8 }
  const whole = zipOf({ name: 'first.log', data: log }, streamed, { name: 'stored.log', data: log, method: 0 })
  const each = log.length
  for (const [share, sizes] of [
    [0.1, []],
    [0.25, [each]],
    [0.5, [each, each]],
    [0.75, [each, each]],
    [0.9999, [each, each, each]],
  ] as const) {
    const { sources, codes } = await take(fileWith(whole.subarray(0, Math.floor(whole.length * share))))
    expect(codes).toEqual(['compressed_damaged'])
    for (const { data } of sources) expect(data.equals(log.subarray(0, data.length))).toBe(true)
    expect(sources.slice(0, sizes.length).map(({ data }) => data.length)).toEqual(sizes)
    expect(sources.slice(sizes.length).every(({ problems }) => problems[0]?.code === 'compressed_damaged')).toBe(true)
  }
})

test('a zip with bytes after its end, and one whose directory breaks off, are read without it', async () => {
  const zip = zipOf(
    { name: 'a', data: log },
    { name: '../b', data: 'b' },
    { name: 'c', data: 'c' },
    { name: 'd/', mode: 0o40755 },
  )
  const second = zip.lastIndexOf('PK\x01\x02', zip.lastIndexOf('PK\x01\x02') - 1)
  const broken = Buffer.concat([zip.subarray(0, second), Buffer.from('XX'), zip.subarray(second + 2)])
  for (const data of [Buffer.concat([zip, Buffer.from('garbage')]), broken]) {
    const { sources, codes } = await take(fileWith(data))
    expect(sources.map(({ name }) => name)).toEqual(['a', 'c'])
    expect(codes.toSorted()).toEqual(['bad_path', 'compressed_damaged'])
  }
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
