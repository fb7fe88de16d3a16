// Text formats behind syslog heads give the rows that they give without.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTestEngine, readBytes } from '../../tests/conformance/harness.ts'
import type { Engine } from '../engine/index.ts'
import { unframedHead } from './framed.ts'

let engine: Engine
beforeAll(async () => {
  engine = await openTestEngine()
})
afterAll(() => engine.close())

const frames: Readonly<Record<string, (line: string) => string>> = {
  'RFC 3164': (line) => `<134>Sep 20 10:00:00 sensor01 forwarder[12]: ${line}\n`,
  'RFC 3164 in a file': (line) => `Sep  2 10:00:00 sensor01 ${line}\n`,
  'a time of ISO 8601': (line) => `2026-09-20T10:00:00.123456+02:00 sensor01 forwarder: ${line}\n`,
  'RFC 5424': (line) => `<134>1 2026-09-20T10:00:00.123Z sensor01 forwarder 12 - [x@1 a="b\\]c"][y@1] \ufeff${line}\n`,
  'octet counting with newlines': (line) => counted(`<134>1 2026-09-20T10:00:00Z sensor01 forwarder - - - ${line}\n`),
  'octet counting without': (line) => counted(`<134>1 2026-09-20T10:00:00Z sensor01 forwarder - - - ${line}`),
}
const counted = (message: string): string => `${Buffer.byteLength(message)} ${message}`

/** Formats that know no syslog head themselves, by a fixture whose lines stand alone. */
const inside: Readonly<Record<string, string>> = {
  'suricata-eve': 'contacts/input.json',
  'zeek-ssl': 'ndjson/input.log',
  'umbrella-ip': 'headerless/input.csv',
  'cloudflare-gateway-http': 'ndjson/input.log',
  'aws-vpc-flow': 'default/input.log',
  'zscaler-zia': 'json/input.log',
}

/** Without their places: messages of one line have one number. */
const rowsOf = (lines: readonly string[]): string[] =>
  lines
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((row) => row.table !== 'problem')
    .map(({ record: _, ...row }) => JSON.stringify(row))
    .sort()

describe.each(Object.entries(inside))('%s', (id, file) => {
  const lines = readFileSync(new URL(`${id}/fixtures/${file}`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')

  test('in every frame', async () => {
    const plain = await readBytes(engine, Buffer.from(lines.map((line) => `${line}\n`).join('')), 'a.log')
    expect(plain.ingested.format?.id).toBe(id)
    expect(rowsOf(plain.lines).length).toBeGreaterThan(1)
    for (const [name, frame] of Object.entries(frames)) {
      const read = await readBytes(engine, Buffer.from(lines.map(frame).join('')), 'a.log')
      expect(read.ingested.format?.id, name).toBe(id)
      expect(rowsOf(read.lines), name).toEqual(rowsOf(plain.lines))
      // messages without newlines between them are one line: what failed beside others is not told apart
      if (name !== 'octet counting without') {
        const problems = (text: readonly string[]) => text.filter((line) => line.startsWith('{"table":"problem"'))
        expect(problems(read.lines), name).toEqual(problems(plain.lines))
      }
    }
  })
})

test('lines without a head are left as they are, and one framed line is enough', () => {
  expect(unframedHead(Buffer.from('{"a":1}\n1,2,3\n'))).toBeNull()
  expect(unframedHead(Buffer.from('{"a":1}\n<14>Sep 20 10:00:00 host {"b":2}\n'))?.toString()).toBe(
    '{"a":1}\n{"b":2}\n',
  )
  expect(unframedHead(Buffer.from('12 <14>nonsense'))?.toString()).toBeUndefined()
})
