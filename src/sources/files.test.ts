import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  realpathSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { defaultLimits, type Problem, UserError } from '../model/index.ts'
import { findSources } from './index.ts'
import { fileWith, logOf, run, scratch, take, zipOf } from './testing.ts'

test('a plain file is read as it is, in place', async () => {
  const log = logOf(40_000)
  const file = fileWith(log, 'dns.log')
  const { sources, problems } = await take(file)
  expect(problems).toEqual([])
  expect(sources).toHaveLength(1)
  expect(sources[0]).toMatchObject({ path: 'dns.log', name: 'dns.log', plainFile: realpathSync(file), problems: [] })
  expect(sources[0]!.data.equals(log)).toBe(true)
})

test('an empty file is a source without bytes', async () => {
  const { sources, problems } = await take(fileWith(''))
  expect(problems).toEqual([])
  expect(sources.map(({ data }) => data.length)).toEqual([0])
})

test('a folder is walked in order, hidden files too; links are told and not followed; names give folders', async () => {
  const root = scratch()
  mkdirSync(join(root, 'phone-b/logs'), { recursive: true })
  mkdirSync(join(root, 'phone-a'))
  writeFileSync(join(root, 'phone-b/logs/x.log'), 'x')
  writeFileSync(join(root, 'phone-a/.hidden'), 'h')
  writeFileSync(join(root, 'z'), 'z')
  symlinkSync('/etc/passwd', join(root, 'phone-a/link'))
  symlinkSync(root, join(root, 'loop'))
  const { sources, problems } = await take(root)
  const top = basename(root)
  expect(sources.map(({ path }) => path)).toEqual([`${top}/phone-a/.hidden`, `${top}/phone-b/logs/x.log`, `${top}/z`])
  expect(sources[1]!.folders.slice(-3)).toEqual([top, 'phone-b', 'logs'])
  expect(problems.map(({ path, code }) => [path, code])).toEqual([
    [`${top}/loop`, 'link'],
    [`${top}/phone-a/link`, 'link'],
  ])
})

test('a link that the operator names is followed', async () => {
  const file = fileWith('content')
  const link = join(dirname(file), 'link.log')
  symlinkSync(file, link)
  const { sources } = await take(link)
  expect(sources[0]).toMatchObject({ path: 'link.log', plainFile: realpathSync(file) })
})

test('a pipe inside a folder is unreadable, and does not hang', async () => {
  const root = scratch()
  await run('mkfifo', [join(root, 'pipe')])
  writeFileSync(join(root, 'z.log'), 'z')
  const { sources, problems } = await take(root)
  expect(sources.map(({ name }) => name)).toEqual(['z.log'])
  expect(problems).toMatchObject([{ code: 'unreadable' }])
})

test.skipIf(process.getuid?.() === 0)('a file without permission is unreadable, in words', async () => {
  const root = scratch()
  writeFileSync(join(root, 'closed'), 'x')
  chmodSync(join(root, 'closed'), 0)
  expect((await take(root)).problems).toMatchObject([{ code: 'unreadable', detail: 'permission denied' }])
})

test('a file that is gone when it is opened is unreadable, in words', async () => {
  const root = scratch()
  writeFileSync(join(root, 'a'), logOf(10_000))
  const told: Problem[] = []
  for await (const found of findSources(root, defaultLimits)) {
    if (found.kind !== 'source') continue
    await run('rm', [join(root, 'a')])
    for await (const _ of found.source.open((problem) => told.push(problem))) void _
  }
  expect(told).toMatchObject([{ code: 'unreadable', detail: 'it is not there (any more)' }])
})

test('a file name that is not UTF-8 is read, though not in place', async () => {
  const root = scratch()
  try {
    writeFileSync(Buffer.concat([Buffer.from(`${root}/d`), Buffer.from([0xe9]), Buffer.from('.log')]), 'latin')
  } catch {
    return // the file system refuses such names (macOS)
  }
  const { sources, problems } = await take(root)
  expect(problems).toEqual([])
  expect(sources[0]).toMatchObject({ name: 'd\ufffd.log', plainFile: null, data: Buffer.from('latin') })
})

test('of a file that grows while it is read only what stood there counts', async () => {
  const log = logOf(60_000)
  const file = fileWith(log)
  const told: Problem[] = []
  let size = 0
  for await (const found of findSources(file, defaultLimits)) {
    if (found.kind !== 'source') continue
    for await (const chunk of found.source.open((problem) => told.push(problem))) {
      if (size === 0) appendFileSync(file, 'more\n')
      size += chunk.length
    }
  }
  expect(size).toBe(log.length)
  expect(told).toMatchObject([{ code: 'changed', byte: log.length }])
})

test('a file that shrinks or is rewritten while it is read is told', async () => {
  for (const change of [(file: string) => truncateSync(file, 10), (file: string) => utimesSync(file, 1, 1)]) {
    const file = fileWith(logOf(60_000))
    const told: Problem[] = []
    for await (const found of findSources(file, defaultLimits)) {
      if (found.kind !== 'source') continue
      const bytes = found.source.open((problem) => told.push(problem))[Symbol.asyncIterator]()
      await bytes.next()
      change(file)
      while (!(await bytes.next()).done);
    }
    expect(told).toMatchObject([{ code: 'changed' }])
  }
})

test('a plain file over the limit is cut and told', async () => {
  const { sources } = await take(fileWith(logOf(100)), { maxBytes: 1000 })
  expect(sources[0]!.data.length).toBe(1000)
  expect(sources[0]).toMatchObject({ plainFile: null, problems: [{ code: 'size_limit', byte: 1000 }] })
})

test('a folder with too many entries is cut and told', async () => {
  const root = scratch()
  for (const name of ['a', 'b', 'c']) writeFileSync(join(root, name), name)
  const { sources, codes } = await take(root, { maxMembers: 2 })
  expect(sources).toHaveLength(2)
  expect(codes).toEqual(['count_limit'])
})

test('a path that does not exist is the operator’s to mend', async () => {
  for (const path of [join(scratch(), 'none'), '', 'a\0b', join(fileWith('x'), 'below')]) {
    const error = await take(path).then(
      () => null,
      (thrown) => thrown,
    )
    expect(error).toBeInstanceOf(UserError)
    expect(error.why && error.next).toBeTruthy()
  }
})

test('a device is refused', async () => {
  expect((await take('/dev/zero')).problems).toMatchObject([{ code: 'unreadable' }])
})

test('head and open are independent, and open can be repeated', async () => {
  const log = logOf(10_000)
  for (const file of [fileWith(log), fileWith(gzipSync(log)), fileWith(zipOf({ name: 'a', data: log }))])
    for await (const found of findSources(file, defaultLimits)) {
      if (found.kind !== 'source') throw new Error(found.problem.detail)
      const { source } = found
      const ignore = () => {}
      expect((await source.head(100)).equals(log.subarray(0, 100))).toBe(true)
      for (let i = 0; i < 2; i++) {
        let size = 0
        for await (const chunk of source.open(ignore)) size += chunk.length
        expect(size).toBe(log.length)
      }
      expect((await source.head(65_536)).equals(log.subarray(0, 65_536))).toBe(true)
      for await (const _ of source.open(ignore)) break
    }
})

test('UTF-16 becomes UTF-8 and is told; a UTF-8 mark is taken off', async () => {
  const text = 'zeile 1 é 漢 😀\n'.repeat(20_000)
  const little = Buffer.from(`\ufeff${text}`, 'utf16le')
  const big = Buffer.from(little).swap16()
  for (const [data, codes] of [
    [little, ['encoding']],
    [big, ['encoding']],
    [gzipSync(little), ['encoding']],
    [Buffer.from(`\ufeff${text}`), []],
  ] as const) {
    const file = fileWith(data)
    const { sources } = await take(file)
    expect(sources[0]!.data.toString()).toBe(text)
    expect(sources[0]!.plainFile).toBe(null)
    expect(sources[0]!.problems.map(({ code }) => code)).toEqual(codes)
    for await (const found of findSources(file, defaultLimits))
      if (found.kind === 'source')
        expect((await found.source.head(20)).toString()).toBe(Buffer.from(text).toString('utf8', 0, 20))
  }
})

test('UTF-16 that ends within a character, and a mark alone', async () => {
  const odd = await take(fileWith(Buffer.from([0xff, 0xfe, 0x41, 0x00, 0x42])))
  expect(odd.sources[0]!.data.toString()).toBe('A\ufffd')
  expect((await take(fileWith(Buffer.from([0xef, 0xbb, 0xbf])))).sources[0]!.data.length).toBe(0)
})
