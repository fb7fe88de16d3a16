import { expect, test } from 'vitest'
import { network, source } from '../model/index.ts'
import type { Client } from './client.ts'
import { openWriter, timeText } from './write.ts'

/** A client that keeps what is inserted; `refuse` says which batches it does not take, from 0. */
function kept(refuse: (batch: number) => boolean = () => false) {
  const rows: Record<string, unknown>[] = []
  let batches = 0
  const insert = async (_: string, __: readonly string[], text: string): Promise<void> => {
    if (refuse(batches++)) throw new Error('no')
    rows.push(...text.split('\n').map((line) => JSON.parse(line) as Record<string, unknown>))
  }
  return { rows, client: { insert } as unknown as Client }
}

test('times: days in any order, the edges, and what is no number', () => {
  const first = Date.UTC(2026, 8, 20, 10, 26, 40) * 1000 + 123_456
  for (const at of [first, first + 86_400e6, first, 0, 1, 86_400e6 - 1, 951_782_400e6])
    expect(timeText(at), String(at)).toBe(
      `${new Date(Math.floor(at / 1000)).toISOString().slice(0, 19).replace('T', ' ')}.${String(at % 1e6).padStart(6, '0')}`,
    )
  expect(timeText(-5)).toBe('1970-01-01 00:00:00.000000')
  expect(timeText(Number.NaN)).toBe('1970-01-01 00:00:00.000000')
  expect(timeText(Number.MAX_SAFE_INTEGER)).toBe(timeText(9_000_000_000_000_000))
})

test('a row: columns of the table alone, whatever their type; what is undefined is left out', async () => {
  const { rows, client } = kept()
  const writer = openWriter(client, network, 'network_raw')
  await writer.write({ ts: 1e6, domain: 'a"b\n', answers: ['x', 'y'], bytes_in: 7, url: undefined, nonsense: 1 })
  await writer.write({ nonsense: 1 })
  await writer.flush()
  expect(rows).toEqual([{ ts: '1970-01-01 00:00:01.000000', domain: 'a"b\n', answers: ['x', 'y'], bytes_in: 7 }, {}])
})

test('halves of characters are replaced, whole ones and escapes in the data are not', async () => {
  const { rows, client } = kept()
  const writer = openWriter(client, source, 'source')
  const texts = ['\ud800 lone', '\udc00', '😀', '{"a":"\\ud83d\\ude00 \\uD800"}', '\\\ud800', '😀\ud83d']
  for (const path of texts) await writer.write({ path })
  await writer.flush()
  expect(rows.map(({ path }) => path)).toEqual(texts.map((text) => text.toWellFormed()))
})

test('a batch that is not stored is told once, to whoever comes next; the writer goes on', async () => {
  const { rows, client } = kept((batch) => batch === 0)
  const writer = openWriter(client, network, 'network_raw')
  const row = { raw: 'x'.repeat(5_000_000) }
  await writer.write(row)
  await expect(writer.write(row)).rejects.toThrow('no')
  await writer.flush()
  await writer.write({ domain: 'after' })
  await writer.flush()
  expect(rows.at(-1)).toEqual({ domain: 'after' })
})
