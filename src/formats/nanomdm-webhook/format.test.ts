import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { EvidenceTable, GivenRow, Problem } from '../../model/index.ts'
import { nanomdmWebhook } from './format.ts'
import { recordsOf, type WebhookRecord } from './records.ts'

const folder = new URL('fixtures/', import.meta.url)
const cases = readdirSync(folder)
const inputOf = (name: string): string =>
  readdirSync(new URL(`${name}/`, folder)).find((file) => !file.startsWith('rows.'))!
const bytesOf = (name: string): Buffer => readFileSync(new URL(`${name}/${inputOf(name)}`, folder))

async function* chunksOf(bytes: Buffer, size = 65_536) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function read(bytes: Buffer, signal = new AbortController().signal) {
  const events: (GivenRow<'device_event'> & { record: number })[] = []
  const statements: GivenRow<'identity_event'>[] = []
  const problems: Problem[] = []
  const out = {
    row: (table: EvidenceTable, record: number, row: object) =>
      void (table === 'device_event' ? events.push({ ...row, record } as never) : statements.push(row as never)),
    problem: (problem: Problem) => void problems.push(problem),
  }
  await nanomdmWebhook.parse(chunksOf(bytes), out, { name: 'a', notAfter: 1, signal })
  return { events, statements, problems }
}

async function records(text: string, size?: number): Promise<WebhookRecord[]> {
  const got: WebhookRecord[] = []
  for await (const record of recordsOf(chunksOf(Buffer.from(text), size), new AbortController().signal))
    got.push(record)
  return got
}
const plist = (inner: string): string =>
  Buffer.from(
    `<plist><dict>${inner}<key>Status</key><string>Acknowledged</string><key>UDID</key><string>u</string></dict></plist>`,
  ).toString('base64')
const event = (payload: string, more: object = {}): string =>
  JSON.stringify({
    topic: 'mdm.Connect',
    created_at: '2026-03-02T08:00:00Z',
    acknowledge_event: { status: 'Acknowledged', raw_payload: payload },
    ...more,
  })

describe('records', () => {
  test('lines: numbers, bytes, blank lines, CR, no last newline', async () => {
    const got = await records('{"a":1}\r\n\n  \n{"b":"ü"}\n{"c":3}')
    expect(got.map(({ text, record, byte }) => [text, record, byte])).toEqual([
      ['{"a":1}\r', 1, 0],
      ['{"b":"ü"}', 4, 13],
      ['{"c":3}', 5, 24],
    ])
  })

  test.each([
    ['an array', '[{"a":{"b":[1]}},\n {"c":"}]\\""}]', ['{"a":{"b":[1]}}', '{"c":"}]\\""}']],
    ['documents', '{\n"a":1}\n{\n"b":2}\n', ['{\n"a":1}', '{\n"b":2}']],
    ['junk between', '[\n{"a":1}, junk {"b":2}\n] rest', ['{"a":1}', 'junk', '{"b":2}', 'rest']],
    ['one that never ends', '{\n"a":"x\n{\n"b":2}\n', ['{\n"a":"x\n', '{\n"b":2}']],
    ['nothing but brackets', '[ ]', []],
  ])('%s, whatever the chunks', async (_, text, expected) => {
    for (const size of [1, 7, 1000]) expect((await records(text, size)).map((one) => one.text)).toEqual(expected)
  })

  test('a line longer than 16 MiB is told, and the next is read', async () => {
    const got = await records(`{"a":"${'x'.repeat(17 * 1024 ** 2)}"}\n{"b":1}\n`)
    expect(got.map(({ text, record }) => [text, record])).toEqual([
      [null, 1],
      ['{"b":1}', 2],
    ])
  })

  test('made to be slow: objects that never end', async () => {
    const started = performance.now()
    for (const piece of ['{\n"', '{\n', '{"', '[{\n"\\', '"{']) await records(`{\n${piece.repeat(300_000)}`)
    expect(performance.now() - started).toBeLessThan(5000)
  })
})

describe('events', () => {
  test('the envelope says what the message leaves out', async () => {
    const payload = Buffer.from(
      '<plist><dict><key>SecurityInfo</key><dict><key>PasscodePresent</key><false/></dict></dict></plist>',
    ).toString('base64')
    const body = { status: 'Acknowledged', udid: 'from-webhook', command_uuid: 'c1', raw_payload: payload }
    const { events, problems } = await read(Buffer.from(event('', { acknowledge_event: body })))
    expect(problems).toEqual([])
    expect(events).toMatchObject([
      { udid: 'from-webhook', category: 'passcode_present', event_key: 'from-webhook c1 posture passcode_present' },
    ])
  })

  test('a long body is kept by its beginning, a short one whole', async () => {
    const short = event(plist('<key>ProfileList</key><array/>'))
    expect((await read(Buffer.from(short))).events[0]!.raw).toBe(short)
    const apps = Array.from({ length: 200 }, (_, i) => `<dict><key>Identifier</key><string>a.${i}</string></dict>`)
    const long = event(plist(`<key>InstalledApplicationList</key><array>${apps.join('')}</array>`))
    const { events } = await read(Buffer.from(long))
    expect(events).toHaveLength(201)
    expect(new Set(events.map(({ raw }) => raw))).toEqual(new Set([long.slice(0, 1024)]))
  })

  test('a device that says the same each day is stated once', async () => {
    const info = (name: string) =>
      event(
        plist(
          `<key>QueryResponses</key><dict><key>DeviceName</key><string>${name}</string><key>SerialNumber</key><string>S</string></dict>`,
        ),
      )
    const { statements } = await read(Buffer.from([info('A'), info('A'), info('B'), info('A')].join('\n')))
    expect(statements.map(({ device }) => device)).toEqual(['A', 'B'])
  })

  test.each([
    ['0001-01-01T00:00:00Z', 'bad_time'],
    ['', 'bad_time'],
    ['2026-13-01T00:00:00Z', 'bad_time'],
  ])('created_at %s', async (created_at, code) => {
    const { events, problems } = await read(Buffer.from(event(plist('<key>ProfileList</key><array/>'), { created_at })))
    expect([events.length, problems.map((problem) => problem.code)]).toEqual([0, [code]])
  })

  test.each([
    ['not base64', '%%%', 'bad_record'],
    ['no property list', Buffer.from('hello').toString('base64'), 'bad_record'],
    ['cut off', plist('').slice(0, 40), 'truncated'],
    ['a binary one cut off', Buffer.from('bplist00abc').toString('base64'), 'truncated'],
    ['an array', Buffer.from('<plist><array/></plist>').toString('base64'), 'unknown_kind'],
  ])('payload %s', async (_, payload, code) => {
    const { events, problems } = await read(Buffer.from(event(payload)))
    expect([events.length, problems.map((problem) => problem.code)]).toEqual([0, [code]])
  })

  test('stops when aborted', async () => {
    const stop = new AbortController()
    stop.abort()
    await expect(read(bytesOf('ndjson'), stop.signal)).rejects.toThrow()
  })
})

describe('sniff', () => {
  test.each(cases)('%s is claimed', (name) => {
    expect(nanomdmWebhook.sniff(bytesOf(name), inputOf(name))).toBe('yes')
  })

  test('a first body longer than the head', () => {
    const body = `{"acknowledge_event":{"raw_payload":"PD94${'A'.repeat(100_000)}"},"topic":"mdm.Connect"}`
    expect(nanomdmWebhook.sniff(Buffer.from(body), 'a')).toBe('yes')
  })

  test.each([
    ['another webhook', '{"webhook":{"webhookEvent":"MobileDeviceEnrolled"},"event":{"udid":"x"}}'],
    ['a log that quotes one', JSON.stringify({ message: event('PD94') })],
    ['an event without a body', '{"topic":"mdm.Connect","created_at":"2026-03-02T08:00:00Z"}'],
    ['text', 'topic mdm.Connect acknowledge_event'],
  ])('%s is not', (_, text) => {
    expect(nanomdmWebhook.sniff(Buffer.from(text), 'webhook.json')).toBe('no')
  })
})
