// Bad input of every kind of feed ends in problems, never in an exception or a hang.
import { describe, expect, test, vi } from 'vitest'
import { fixture, type Read, readBytes, readText } from './testing.ts'

// Seconds at most on an idle machine; the limit only keeps a hang from going unseen.
vi.setConfig({ testTimeout: 60_000 })

const feeds = [
  'stix/bundle.stix2',
  'misp/event.json',
  'otx/pulses.json',
  'objects/threatfox.ndjson',
  'objects/urlhaus.ndjson',
  'objects/iocs.json',
  'stalkerware/ioc.yaml',
  'csv/typed.csv',
  'csv/times.csv',
  'csv/headless.txt',
  'hosts/hosts',
  'rpz/policy.zone',
  'list/android_testkit.txt',
  'list/filter.txt',
  'list/processes.txt',
]

/** xorshift32: the same bytes in every run. */
function noise(length: number, seed: number): Buffer {
  const bytes = Buffer.alloc(length)
  let x = seed
  for (let i = 0; i < length; i++) {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    bytes[i] = x
  }
  return bytes
}

const problemCount = (read: Read): number => Object.values(read.report.problemCounts).reduce((a, b) => a + b, 0)

describe.each(feeds)('%s', (path) => {
  const whole = Buffer.from(fixture(path))

  test.each([1, 2, 3])('truncated at %d quarters', async (quarters) => {
    const read = await readBytes([whole.subarray(0, Math.floor((whole.length * quarters) / 4))], path)
    const full = await readBytes([whole], path)
    expect(read.indicators.length).toBeLessThanOrEqual(full.indicators.length + 1)
    if (path.endsWith('.json') || path.endsWith('.stix2')) expect(read.report.problemCounts).toEqual({ truncated: 1 })
  })

  test('one byte wrong, at many places', async () => {
    for (let i = 0; i < whole.length; i += 17) {
      const damaged = Buffer.from(whole)
      damaged[i] = damaged[i]! ^ 0xa5
      const read = await readBytes([damaged], path)
      expect(read.report.indicators).toBe(read.indicators.length)
    }
  })

  test('in UTF-16 with and without mark, both ways round: the same indicators', async () => {
    const text = whole.toString('utf8').replace(/^\ufeff/, '')
    const little = Buffer.from(text, 'utf16le')
    const big = Buffer.from(little).swap16()
    const marks = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])]
    const plain = await readBytes([Buffer.from(text)], path)
    for (const bytes of [little, Buffer.concat([marks[0]!, little]), big, Buffer.concat([marks[1]!, big])]) {
      const read = await readBytes([bytes], path)
      expect(read.indicators).toEqual(plain.indicators)
      expect(read.report.problemCounts.encoding).toBe(1)
    }
  })

  test('byte by byte it is the same', async () => {
    const plain = await readBytes([whole], path)
    const bytes = Array.from(whole, (_, i) => whole.subarray(i, i + 1))
    expect(await readBytes(bytes, path)).toEqual({ ...plain, batches: plain.batches })
  })

  test('with garbage behind it', async () => {
    const read = await readBytes([whole, noise(60, 7)], path)
    expect(problemCount(read)).toBeGreaterThan(0)
  })
})

test.each(['x.txt', 'x.csv', 'x.json', 'ioc.yaml', 'hosts', 'x.zone', 'processes.txt'])(
  'nothing in %s',
  async (name) => {
    for (const text of ['', '\n', ' \r\n\t', '\ufeff', '# only a comment\n']) {
      expect((await readText(text, name)).report).toMatchObject({ format: null, indicators: 0, problems: [] })
    }
    expect((await readBytes([], name)).report).toMatchObject({ format: null, bytes: 0 })
  },
)

test.each(['x.txt', 'x.csv', 'x.json', 'ioc.yaml', 'hosts', 'x.zone', 'processes.txt'])(
  'random bytes in %s',
  async (name) => {
    for (const seed of [1, 2, 3]) {
      const read = await readBytes([noise(100_000, seed)], name)
      expect(read.indicators).toEqual([])
    }
  },
)

describe('bombs', () => {
  const mebibyte = (text: string): Buffer => Buffer.from(text.repeat(1024 ** 2 / text.length))
  const chunks = (n: number, chunk: Buffer, head = '', tail = ''): Iterable<Buffer> =>
    (function* () {
      yield Buffer.from(head)
      for (let i = 0; i < n; i++) yield chunk
      yield Buffer.from(tail)
    })()

  test.each([
    ['list.txt', 'first.test\nsecond.test\n', '\nlast.test\n'],
    ['x.csv', 'value,type\nfirst.test,domain\nsecond.test,domain\n', '\nlast.test,domain\n'],
    ['x.csv', 'value,type\nfirst.test,domain\nsecond.test,domain\n"', '\nlast.test,domain\n'],
    ['hosts', '0.0.0.0 first.test\n0.0.0.0 second.test\n', '\n0.0.0.0 last.test\n'],
    ['x.zone', '$ORIGIN rpz.test.\nfirst.test CNAME .\nsecond.test CNAME .\n', '\nlast.test CNAME .\n'],
    ['x.ndjson', '{"ioc":"first.test"}\n{"ioc":"second.test"}\n', '\n{"ioc":"last.test"}\n'],
  ])(
    'a line of 100 MB in %s: cut, and what stands around it is read',
    async (name, head, tail) => {
      // The head must be told from the line behind it: 64 KiB of comments stand between in none of these.
      const before = process.memoryUsage().rss
      const read = await readBytes(chunks(100, mebibyte('abcdefgh'), head + '\n'.repeat(70_000), tail), name)
      expect(read.indicators.map((i) => i.value)).toEqual(['first.test', 'second.test', 'last.test'])
      expect(read.report.problemCounts.line_too_long).toBe(1)
      expect(process.memoryUsage().rss - before).toBeLessThan(600e6)
    },
    30_000,
  )

  test.each([
    ['[', 'x.json'],
    ['{"a":', 'x.json'],
    ['{"objects":[', 'x.stix2'],
  ])('nesting of %j', async (open, name) => {
    const read = await readText(open.repeat(1_000_000), name)
    expect(read.report).toMatchObject({ format: null, problemCounts: { too_deep: 1 } })
    const shut = await readText(`${'['.repeat(257)}${']'.repeat(257)}`, name)
    expect(shut.report.problemCounts).toEqual({ too_deep: 1 })
  })

  test('JSON of more values than memory could hold', async () => {
    const read = await readBytes(chunks(62, mebibyte('[],'.padEnd(4, ' ')), '[', '[]]'), 'x.json')
    expect(read.report.problemCounts).toEqual({ count_limit: 1 })
  }, 30_000)

  test('YAML: aliases that multiply', async () => {
    const levels = Array.from({ length: 12 }, (_, i) => `- &a${i + 1} [${Array(10).fill(`*a${i}`).join(', ')}]`)
    const text = `- name: &a0 x\n  type: stalkerware\n  packages: [p.test]\n${levels.join('\n')}\n`
    const read = await readText(text, 'ioc.yaml')
    expect(read.report).toMatchObject({ format: 'stalkerware', problemCounts: { too_deep: 1 } })
  })

  test('YAML: nesting', async () => {
    const head = '- name: x\n  type: stalkerware\n  packages:\n  - p.test\n'
    for (const tail of ['['.repeat(50_000), '{a: '.repeat(20_000), '- '.repeat(20_000)]) {
      const read = await readText(`${head}- ${tail}`, 'ioc.yaml')
      expect(read.report.format).toBe('stalkerware')
      expect(problemCount(read)).toBeGreaterThan(0)
    }
  }, 60_000)

  test('YAML: more than is read whole, and many keys', async () => {
    const head = '- name: x\n  type: stalkerware\n  packages:\n  - p.test\n'
    const large = await readBytes(chunks(9, mebibyte('# filler'), head), 'ioc.yaml')
    expect(large.report.problemCounts).toEqual({ size_limit: 1 })
    const keys = Array.from({ length: 50_000 }, (_, i) => `  k${i}: 1`).join('\n')
    expect((await readText(`${head}${keys}\n`, 'ioc.yaml')).report.indicators).toBe(1)
  }, 60_000)

  test('a pattern of a megabyte, and one with a thousand alternatives', async () => {
    const pattern = (p: string): string =>
      JSON.stringify({ objects: [{ type: 'indicator', id: 'indicator--1', pattern: p }] })
    const long = await readText(pattern(`[domain-name:value='${'a'.repeat(2e6)}']`), 'x.json')
    expect(long.report).toMatchObject({ rejected: 1 })
    const many = Array.from({ length: 1000 }, (_, i) => `[domain-name:value='n${i}.test']`).join(' OR ')
    expect((await readText(pattern(many), 'x.json')).report.indicators).toBe(1000)
    for (const evil of ["'\\".repeat(50_000), '('.repeat(50_000), "[a:b='x' OR ".repeat(5000)]) {
      expect((await readText(pattern(evil), 'x.json')).report).toMatchObject({ rejected: 1 })
    }
  })
})

test('an aborted reading ends with the reason', async () => {
  const abort = new AbortController()
  async function* endless(): AsyncGenerator<Buffer> {
    for (let i = 0; ; i++) {
      if (i === 50) abort.abort(new Error('enough'))
      yield Buffer.from(`n${i}.test\n`.repeat(3000))
    }
  }
  const { readFeed } = await import('./read.ts')
  const input = { path: 'l.txt', name: 'l.txt', now: 1e15, bytes: endless }
  await expect(readFeed(input, { add() {} }, abort.signal)).rejects.toThrow('enough')
})

test('samples of problems are bounded, their number is not', async () => {
  const good = Array.from({ length: 2000 }, (_, i) => `n${i}.test\n`).join('')
  const read = await readText(`${good}${'two words\n'.repeat(500)}`)
  expect(read.report.rejected).toBe(500)
  expect(read.report.problemCounts).toEqual({ bad_name: 500 })
  expect(read.report.problems).toHaveLength(20)
})
