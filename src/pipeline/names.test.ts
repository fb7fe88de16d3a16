import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Engine, openEngine } from '../engine/index.ts'
import { storeNames } from './names.ts'

describe('names of a source', () => {
  let engine: Engine
  beforeAll(async () => {
    engine = await openEngine({ store: null, version: 'test' })
    await engine.run(`INSERT INTO network_raw (source, record, ts, kind, device, src_ip, domain, dst_ip, app) VALUES
      (1, 1, '2026-09-14 08:00:00', 'dns', 'one', '10.0.0.1', 'one.example', '192.0.2.1', 'com.example.one'),
      (2, 1, '2026-09-14 09:00:00', 'dns', 'two', '10.0.0.2', 'two.example', '192.0.2.2', 'com.example.two'),
      (2, 2, '2026-09-14 10:00:00', 'dns', '', '10.0.0.3', 'two.example', '', '')`)
  })
  afterAll(() => engine.close())
  const namesOf = async (id: number, columns: readonly string[]): Promise<string[]> => {
    await storeNames(engine, id, new Map([['network', new Set(columns)]]), 'folder', {})
    const rows = await engine.query<{ said: string }>(
      "SELECT concat(kind, ' ', replaceAll(value, '\\x1F', '|'), ' ', toString(rows)) AS said FROM name_raw WHERE source = {id:UInt64} ORDER BY said",
      { id },
    )
    return rows.map(({ said }) => said)
  }

  test('each source has its own values, and no other’s', async () => {
    expect(await namesOf(2, ['device', 'src_ip', 'domain', 'dst_ip', 'app'])).toEqual([
      'app com.example.two 1',
      'domain two.example 2',
      'ip 192.0.2.2 1',
      'subject two|folder||10.0.0.2|| 1',
      'subject |||10.0.0.3|| 1',
    ])
  })

  test('columns that the format never fills are not looked at', async () => {
    expect(await namesOf(1, ['src_ip', 'domain'])).toEqual(['domain one.example 1', 'subject |||10.0.0.1|| 1'])
  })

  test('nothing that names a device: one empty subject', async () => {
    await engine.run(
      "INSERT INTO network_raw (source, record, ts, kind, domain) VALUES (3, 1, '2026-09-14 08:00:00', 'dns', 'three.example')",
    )
    expect(await namesOf(3, ['domain'])).toEqual(['domain three.example 1', 'subject ||||| 1'])
  })
})
