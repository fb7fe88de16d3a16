// Sums that do not fit into memory are written early, and nothing is lost or told twice.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openFiles } from './files.ts'
import { privacyWriter } from './privacy.ts'
import { contacts, devices, moment, worldOptions } from './testing.ts'

type Line = { domain: string; hits: number; bundleID: string; firstTimeStamp: string; timeStamp: string }

async function linesOf(limit: number): Promise<Line[]> {
  const dir = mkdtempSync(join(tmpdir(), 'privacy-'))
  try {
    const files = openFiles(dir)
    const owners = devices.map((device) => ({ ...device, privacyReport: true }))
    const report = privacyWriter(files, owners, worldOptions, limit)
    for (let i = 0; i < 60; i++)
      await report.add({ ...contacts[0]!, device: i % 2, host: `h${i % 10}.example`, ts: moment(0, 1, i * 1e6) })
    await report.add({ ...contacts[0]!, app: '' })
    await report.finish()
    await files.finish()
    return readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .flatMap((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8').trimEnd().split('\n'))
      .map((line) => JSON.parse(line) as Line)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

const hits = (lines: readonly Line[]): number => lines.reduce((n, line) => n + line.hits, 0)

it('holds one row for each app and host of a device', async () => {
  const lines = await linesOf(1_000)
  expect(lines).toHaveLength(10)
  expect(new Set(lines.map((line) => line.hits))).toEqual(new Set([6]))
  for (const line of lines) expect(Date.parse(line.timeStamp) - Date.parse(line.firstTimeStamp)).toBe(50_000)
})

it('splits rows rather than losing contacts when memory is short', async () => {
  const lines = await linesOf(3)
  expect(lines.length).toBeGreaterThan(10)
  expect(hits(lines)).toBe(60)
})
