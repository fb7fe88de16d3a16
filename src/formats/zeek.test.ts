// What the Zeek logs share: recognition by header, keys and `_path`, and a header that was cut off.
import { describe, expect, test } from 'vitest'
import { openTestEngine, readBytes } from '../../tests/conformance/harness.ts'
import { pickFormat } from './index.ts'
import { zeekConn } from './zeek-conn/format.ts'
import { zeekDns } from './zeek-dns/format.ts'
import { zeekHttp } from './zeek-http/format.ts'
import { zeekSsl } from './zeek-ssl/format.ts'

const columns = (...values: string[]): string => `${values.join('\t')}\n`
const record = columns('1789900000.123456', 'CHeadless12345', '10.1.0.21', '51234', '192.0.2.10', '443', 'tcp', 'ssl')

describe('recognition', () => {
  const flow = { ts: 1789900000, 'id.orig_h': '10.1.0.21', conn_state: 'SF' }
  const sniffed = (object: object) => zeekConn.sniff(Buffer.from(`${JSON.stringify(object)}\n`), 'x.log')

  test('_path may name the open, long and reduced logs of the same kind, and no other', () => {
    for (const path of ['conn', 'open_conn', 'conn_long', 'conn_red'])
      expect(sniffed({ ...flow, _path: path })).toBe('yes')
    for (const path of ['dns', 'connector', 'http', '']) expect(sniffed({ ...flow, _path: path })).toBe('no')
    expect(sniffed(flow)).toBe('yes')
  })

  test('an smtp log has trans_depth too', () => {
    const mail = { ts: 1789900000, 'id.orig_h': '10.1.0.21', trans_depth: 1, helo: 'x.example', path: [] }
    expect(zeekHttp.sniff(Buffer.from(`${JSON.stringify(mail)}\n`), 'smtp.log')).toBe('no')
  })

  test('a header of another log is not taken, whatever the file is called', () => {
    const head = Buffer.from(`#separator \\x09\n#path\tssl\n#fields\tts\tuid\n${record}`)
    expect(zeekSsl.sniff(head, 'conn.log')).toBe('yes')
    expect(zeekConn.sniff(head, 'conn.log')).toBe('no')
  })
})

describe('a log whose header was cut off', () => {
  const head = Buffer.from(record + record)

  test('is known by its name alone', () => {
    for (const name of ['conn.log', 'conn.2026-09-20-10.log', 'conn_20260920.log', 'open_conn.log'])
      expect(pickFormat(head, name)?.id, name).toBe('zeek-conn')
    expect(zeekDns.sniff(head, 'dns.log')).toBe('maybe')
    for (const name of ['notes.txt', 'connections.log', 'my-conn.log', ''])
      expect(zeekConn.sniff(head, name), name).toBe('no')
  })

  test('gives problems, not silence', async () => {
    const engine = await openTestEngine()
    try {
      const { ingested, lines } = await readBytes(engine, head, 'conn.log')
      expect(ingested.status).toBe('failed')
      expect(ingested.stored.problems).toEqual({ bad_record: 2 })
      expect(lines.map((line) => JSON.parse(line).detail)).toEqual(
        Array(2).fill('the header with #fields is missing: which column holds what cannot be told'),
      )
    } finally {
      await engine.close()
    }
  })
})
