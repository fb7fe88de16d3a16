import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { EvidenceTable, GivenRow, Problem } from '../../model/index.ts'
import { readBinary } from '../../plist/binary.ts'
import { documentsOf, readPlist } from '../../plist/documents.ts'
import { isDict, type PlistValue, textAtPath } from '../../plist/plist.ts'
import { readXml } from '../../plist/xml.ts'
import { appleMdm, timeOfName } from './format.ts'

const folder = new URL('fixtures/', import.meta.url)
const cases = readdirSync(folder)
const inputOf = (name: string): string =>
  readdirSync(new URL(`${name}/`, folder)).find((file) => !file.startsWith('rows.'))!
const bytesOf = (name: string): Buffer => readFileSync(new URL(`${name}/${inputOf(name)}`, folder))

type Read = { events: GivenRow<'device_event'>[]; statements: GivenRow<'identity_event'>[]; problems: Problem[] }

async function read(bytes: Buffer, name = 'a.plist', signal = new AbortController().signal): Promise<Read> {
  const got: Read = { events: [], statements: [], problems: [] }
  const out = {
    row: (table: EvidenceTable, _: number, row: object) =>
      void (table === 'device_event' ? got.events : got.statements).push(row as never),
    problem: (problem: Problem) => void got.problems.push(problem),
  }
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536)
  }
  await appleMdm.parse(chunks(), out, { name, notAfter: 5_000_000, signal })
  return got
}

const codesOf = async (text: string): Promise<string[]> =>
  (await read(Buffer.from(text))).problems.map(({ code }) => code)
const document = (inner: string): string => `<plist version="1.0">${inner}</plist>`
const answer = (inner: string): string =>
  document(`<dict>${inner}<key>Status</key><string>Acknowledged</string><key>UDID</key><string>u</string></dict>`)

/** As plain values, to compare. */
const plain = (value: PlistValue | null): unknown => {
  if (value === null || typeof value !== 'object') return value
  if (Buffer.isBuffer(value)) return `data:${value.toString('hex')}`
  if (isDict(value)) return Object.fromEntries([...value.entries].map(([key, inner]) => [key, plain(inner)]))
  return value.map(plain)
}

describe('XML', () => {
  test('values, references, CDATA, empty elements', () => {
    const text = `\ufeff<?xml version="1.0"?><!-- </plist> --><!DOCTYPE plist PUBLIC "a" "b">
      <plist version="1.0"><dict><key>a &amp; b</key><string>&lt;x&gt;&#x41;&#66;&quot;<![CDATA[<&>]]></string>
      <key>n</key><integer> 18446744073709551615 </integer><key>t</key><true/><key>f</key><false></false>
      <key>d</key><data> YWJj
      ZA== </data><key>l</key><array><dict/><array/><string/><real>1.5</real></array>
      <key>when</key><date>2026-03-01T12:00:00Z</date></dict></plist>`
    const { value, stop } = readXml(text)
    expect(stop).toBe('')
    expect(plain(value)).toEqual({
      'a & b': '<x>AB"<&>',
      n: '18446744073709551615',
      t: true,
      f: false,
      d: 'data:61626364',
      l: [{}, [], '', '1.5'],
      when: '2026-03-01T12:00:00Z',
    })
  })

  test('references that are not XML’s own stay as written', () => {
    expect(readXml(document('<string>&b;&#0;&#xd800;&#x110000;&amp;amp;</string>')).value).toBe(
      '&b;&#0;&#xd800;&#x110000;&amp;',
    )
  })

  test.each([
    ['<plist><dict><key>a</key></dict></plist>', 'malformed'],
    ['<plist><dict><string>a</string></dict></plist>', 'malformed'],
    ['<plist><dict><key>a</key><key>b</key></dict></plist>', 'malformed'],
    ['<plist><array></dict></plist>', 'malformed'],
    ['<plist><string>a</string><string>b</string></plist>', 'malformed'],
    ['<plist><key>a</key></plist>', 'malformed'],
    ['<plist><string>a<b/></string></plist>', 'malformed'],
    ['<plist><string>a</array></plist>', 'malformed'],
    ['<plist><thing/></plist>', 'malformed'],
    ['<plist>text</plist>', 'malformed'],
    ['<plist></plist>', 'malformed'],
    ['<!DOCTYPE plist [<!ENTITY a "b">]><plist><string>&a;</string></plist>', 'malformed'],
    ['<!ELEMENT a><plist/>', 'malformed'],
    ['nothing', 'malformed'],
    ['', 'truncated'],
    ['<plist><dict><key>a</key><string>b', 'truncated'],
    ['<plist><dict><key>a</key><string>b</string>', 'truncated'],
    ['<plist><di', 'truncated'],
    ['<plist><!-- a', 'truncated'],
    [`<plist>${'<array>'.repeat(65)}`, 'too_deep'],
  ])('%.60s: %s', (text, stop) => {
    expect(readXml(text).stop).toBe(stop)
  })

  test('500,000 values are read, and no more', () => {
    const values = (count: number) => document(`<array>${'<true/>'.repeat(count - 1)}</array>`)
    expect([readXml(values(500_000)).stop, readXml(values(500_001)).stop]).toEqual(['', 'too_many'])
  })

  test('64 levels are read', () => {
    expect(readXml(document(`${'<array>'.repeat(64)}${'</array>'.repeat(64)}`)).stop).toBe('')
  })

  test('what was read before the break is given', () => {
    expect(plain(readXml('<plist><dict><key>a</key><array><true/><string>cu').value)).toEqual({ a: [true] })
  })
})

/** A binary property list of these objects; references and offsets take one byte. */
function binary(objects: readonly (readonly number[])[], top = 0): Buffer {
  const offsets: number[] = []
  let at = 8
  for (const object of objects) {
    offsets.push(at)
    at += object.length
  }
  const trailer = Buffer.alloc(32)
  trailer[6] = 1
  trailer[7] = 1
  trailer.writeBigUInt64BE(BigInt(objects.length), 8)
  trailer.writeBigUInt64BE(BigInt(top), 16)
  trailer.writeBigUInt64BE(BigInt(at), 24)
  return Buffer.concat([Buffer.from('bplist00'), Buffer.from([...objects.flat(), ...offsets]), trailer])
}

describe('binary', () => {
  test('scalars', () => {
    const real = Buffer.alloc(8)
    real.writeDoubleBE(-1.25)
    const date = Buffer.alloc(8)
    date.writeDoubleBE(Date.UTC(2026, 2, 1) / 1000 - Date.UTC(2001, 0, 1) / 1000)
    const values: [readonly number[], PlistValue][] = [
      [[0x08], false],
      [[0x09], true],
      [[0x00], ''],
      [[0x10, 200], '200'],
      [[0x11, 1, 0], '256'],
      [[0x13, 255, 255, 255, 255, 255, 255, 255, 254], '-2'],
      [[0x14, ...Array(8).fill(0), ...Array(8).fill(255)], '18446744073709551615'],
      [[0x23, ...real], '-1.25'],
      [[0x33, ...date], '2026-03-01T00:00:00Z'],
      [[0x52, 0x68, 0x69], 'hi'],
      [[0x61, 0x20, 0xac], '€'],
      [[0x80, 7], '7'],
    ]
    for (const [bytes, value] of values) expect(readBinary(binary([bytes])).value, String(value)).toBe(value)
    expect(plain(readBinary(binary([[0x42, 1, 2]])).value)).toBe('data:0102')
  })

  test('shared values, long counts', () => {
    const long = [0x5f, 0x10, 20, ...Array(20).fill(0x61)]
    expect(plain(readBinary(binary([[0xa2, 1, 1], [0xd1, 2, 3], [0x51, 0x6b], long])).value)).toEqual([
      { k: 'a'.repeat(20) },
      { k: 'a'.repeat(20) },
    ])
  })

  test.each([
    ['contains itself', binary([[0xa1, 0]])],
    [
      'contains itself further down',
      binary([
        [0xa1, 1],
        [0xd1, 2, 0],
        [0x51, 0x61],
      ]),
    ],
    ['refers beyond the table', binary([[0xa1, 9]])],
    ['counts more than there is', binary([[0xaf, 0x13, 0x7f, 255, 255, 255, 255, 255, 255, 255]])],
    ['text longer than the file', binary([[0x5f, 0x12, 0x7f, 255, 255, 255]])],
    ['has a key that is no text', binary([[0xd1, 1, 1], [0x09]])],
    ['has an unknown type', binary([[0xe0]])],
  ])('%s: malformed', (_, bytes) => {
    expect(readBinary(bytes)).toMatchObject({ value: null, stop: 'malformed' })
  })

  test('depth and number of references are bounded', () => {
    expect(readBinary(binary(Array.from({ length: 80 }, (_, i) => (i === 79 ? [0x09] : [0xa1, i + 1])))).stop).toBe(
      'too_deep',
    )
    // each array holds the next one fourteen times over: read once, not fourteen to the power of fifteen
    const laughs = Array.from({ length: 16 }, (_, i) => (i === 15 ? [0x09] : [0xae, ...Array(14).fill(i + 1)]))
    expect(readBinary(binary(laughs)).stop).toBe('')
    expect(readBinary(wideArrays([0xaf, 0x12, 0, 4, 0, 0, ...Array(262_144).fill(3)])).stop).toBe('too_many')
  })

  /** Two arrays of 262,144 references each; offsets of four bytes. */
  function wideArrays(array: readonly number[]): Buffer {
    const body = Buffer.from([0xa2, 1, 2, ...array, ...array, 0x09])
    const offsets = Buffer.alloc(16)
    for (const [i, at] of [8, 11, 11 + array.length, 11 + 2 * array.length].entries()) offsets.writeUInt32BE(at, 4 * i)
    const trailer = Buffer.alloc(32)
    trailer[6] = 4
    trailer[7] = 1
    trailer.writeBigUInt64BE(4n, 8)
    trailer.writeBigUInt64BE(BigInt(8 + body.length), 24)
    return Buffer.concat([Buffer.from('bplist00'), body, offsets, trailer])
  }
})

describe('documents', () => {
  test('junk and breaks are told with their byte, and what follows is read', async () => {
    const good = answer('<key>SecurityInfo</key><dict><key>PasscodePresent</key><true/></dict>')
    const text = `${good}\njunk €\n${good.slice(0, 60)}<?xml version="1.0"?>${good}`
    const { events, problems } = await read(Buffer.from(text))
    expect(events).toHaveLength(2)
    expect(problems.map(({ code, record, byte }) => [code, record, byte])).toEqual([
      ['bad_record', 2, good.length + 1],
      ['truncated', 3, good.length + 10 + good.slice(0, 60).lastIndexOf('<')],
    ])
  })

  test('100,000 documents, and no more', async () => {
    expect((await codesOf('<plist></plist>'.repeat(100_001))).filter((code) => code === 'count_limit')).toHaveLength(1)
    expect(await codesOf('<plist></plist>'.repeat(1000))).not.toContain('count_limit')
  })

  test('made to be slow: starts without ends, and false starts of binary ones', () => {
    const started = performance.now()
    for (const piece of ['<?xml', '<plist', '<!DOCTYPE', 'bplist00', 'x<', '</plist>', '<!--'])
      expect([...documentsOf(Buffer.from(piece.repeat(200_000 / piece.length)))].length).toBeGreaterThan(0)
    expect(performance.now() - started).toBeLessThan(5000)
  })

  test('more than 64 MiB', async () => {
    const big = Buffer.concat([Buffer.from(answer('')), Buffer.alloc(64 * 1024 ** 2, 32)])
    expect((await read(big)).problems.map(({ code }) => code)).toEqual(['size_limit'])
  })
})

describe('messages', () => {
  test('a binary answer says what the same answer in XML says', async () => {
    for (const name of ['device-information', 'installed-apps']) {
      const [xml, packed] = [await read(bytesOf(name)), await read(bytesOf(`${name}-binary`))]
      const bare = ({ raw: _, ...row }: GivenRow<'device_event'>) => row
      expect(packed.events.map(bare)).toEqual(xml.events.map(bare))
      expect(xml.events.length).toBeGreaterThan(0)
    }
  })

  test('the raw text of a list member is that member', async () => {
    const { events } = await read(bytesOf('installed-apps'))
    const helper = events.find(({ app }) => app === 'net.invalid.helper')!
    expect(helper.raw).toMatch(/^<dict>[\s\S]*net\.invalid\.helper[\s\S]*<\/dict>$/)
    expect(helper.raw).not.toContain('com.example.chat')
  })

  test.each([
    ['Idle', []],
    ['NotNow', []],
    ['Error', ['bad_record']],
    ['CommandFormatError', ['bad_record']],
    ['Perhaps', ['unknown_kind']],
  ])('status %s', async (status, codes) => {
    const text = answer('<key>SecurityInfo</key><dict><key>PasscodePresent</key><true/></dict>')
    const { events, problems } = await read(Buffer.from(text.replace('Acknowledged', status)))
    expect([events.length, problems.map(({ code }) => code)]).toEqual([0, codes])
  })

  test('a list longer than 10,000 members cannot show an absence', async () => {
    const apps = (count: number) =>
      answer(
        `<key>InstalledApplicationList</key><array>${Array.from({ length: count }, (_, i) => `<dict><key>Identifier</key><string>a.${i}</string></dict>`).join('')}</array>`,
      )
    const whole = await read(Buffer.from(apps(10_000)))
    expect([whole.events.length, whole.problems]).toEqual([10_001, []])
    const cut = await read(Buffer.from(apps(10_001)))
    expect(cut.problems.map(({ code }) => code)).toEqual(['count_limit'])
    expect(cut.events.filter(({ kind }) => kind === 'posture')).toEqual([])
  })

  test('huge texts are cut', async () => {
    const big = 'x'.repeat(5_000_000)
    const text = answer(`<key>QueryResponses</key><dict><key>OSVersion</key><string>${big}</string></dict>`)
    const { events } = await read(Buffer.from(text))
    expect(events[0]!.os_version).toHaveLength(1000)
    expect(events[0]!.raw).toHaveLength(4096)
  })

  test('the time: of the name, else what the source allows', async () => {
    const { events } = await read(bytesOf('security-info'))
    expect(new Set(events.map(({ ts }) => ts))).toEqual(new Set([5_000_000]))
    expect(timeOfName('20260301T120000Z-DeviceInformation.plist')).toBe(Date.UTC(2026, 2, 1, 12) * 1000)
    expect(timeOfName('2026-03-01T12-00-00Z-a')).toBe(Date.UTC(2026, 2, 1, 12) * 1000)
    expect(timeOfName('2026-03-01-120000-250Z-a')).toBe(Date.UTC(2026, 2, 1, 12, 0, 0, 250) * 1000)
    for (const name of ['20260230T120000Z-a', '20260301T250000Z-a', '20260301-a', 'a-20260301T120000Z', ''])
      expect(timeOfName(name), name).toBeNull()
  })

  test('stops when aborted', async () => {
    const stop = new AbortController()
    stop.abort()
    await expect(read(bytesOf('security-info'), 'a', stop.signal)).rejects.toThrow()
  })
})

describe('sniff', () => {
  test.each(cases)('%s is claimed', (name) => {
    expect(appleMdm.sniff(bytesOf(name), inputOf(name))).toBe('yes')
  })

  test('a list longer than the head, XML and binary', () => {
    const certificate = `<dict><key>CommonName</key><string>${'c'.repeat(400)}</string></dict>`
    const long = answer(`<key>CertificateList</key><array>${certificate.repeat(300)}</array>`)
    expect(appleMdm.sniff(Buffer.from(long), 'a.xml')).toBe('yes')
    const binaryHead = Buffer.from(`bplist00${'CommandUUID InstalledApplicationList Acknowledged'.padEnd(70_000, 'x')}`)
    expect(appleMdm.sniff(binaryHead, 'a.plist')).toBe('maybe')
  })

  test.each([
    [
      'a command of the server',
      document(
        '<dict><key>Command</key><dict><key>RequestType</key><string>ProfileList</string></dict><key>CommandUUID</key><string>x</string></dict>',
      ),
    ],
    [
      'a profile',
      document(
        '<dict><key>PayloadContent</key><array/><key>PayloadIdentifier</key><string>x</string><key>PayloadType</key><string>Configuration</string></dict>',
      ),
    ],
    [
      'a backup’s Info.plist',
      document('<dict><key>Device Name</key><string>x</string><key>Serial Number</key><string>y</string></dict>'),
    ],
    ['a status of something else', document('<dict><key>Status</key><string>Acknowledged</string></dict>')],
    ['HTML', '<!DOCTYPE html><html><body>MessageType TokenUpdate</body></html>'],
    ['binary of another kind', binary([[0xd1, 1, 2], [0x51, 0x61], [0x09]])],
  ])('%s is not', (_, text) => {
    expect(appleMdm.sniff(Buffer.from(text), '20260301T120000Z-ProfileList.plist')).toBe('no')
  })
})

test('fuzz: 2,000 mutated fixtures neither throw nor hang', async () => {
  let seed = 20_260_301
  const random = (below: number) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((seed / 2 ** 32) * below)
  }
  const seeds = cases.map(bytesOf)
  let rows = 0
  for (let round = 0; round < 2000; round++) {
    let bytes = Buffer.from(seeds[random(seeds.length)]!)
    for (let i = random(6); i >= 0 && bytes.length > 2; i--) {
      const at = random(bytes.length)
      const how = random(4)
      if (how === 0) bytes[at] = random(256)
      else if (how === 1 && random(4) === 0) bytes = bytes.subarray(0, at)
      else if (how === 2) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(random(bytes.length))])
      else bytes[bytes.length - 1 - random(Math.min(60, bytes.length))] = random(256)
    }
    expect(['yes', 'maybe', 'no']).toContain(appleMdm.sniff(bytes, 'a.plist'))
    const got = await read(bytes)
    rows += got.events.length
    if (
      got.events.length === 0 &&
      bytes.toString('latin1').trim() !== '' &&
      !/Idle|NotNow|Acknowledged/.test(bytes.toString('latin1'))
    )
      expect(got.problems.length).toBeGreaterThan(0)
  }
  expect(rows).toBeGreaterThan(500)
}, 60_000)

test('a whole document is read by itself as well', () => {
  const { value } = readPlist(
    bytesOf('declarative-status').subarray(0, bytesOf('declarative-status').indexOf('</plist>') + 8),
  )
  expect(isDict(value) && textAtPath(value, 'Endpoint')).toBe('status')
})
