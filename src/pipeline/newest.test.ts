import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { newestTime } from './newest.ts'

const now = Date.UTC(2027, 5, 1) * 1000

test.each([
  ['pihole.log-20260921', Date.UTC(2026, 8, 22)],
  ['pihole.2026-09-21.log', Date.UTC(2026, 8, 22)],
  ['dnsmasq_2026_12_31.log', Date.UTC(2027, 0, 1)],
])('%s is dated by its name', async (name, expected) =>
  expect(await newestTime({ path: `a.tar!${name}`, name }, now)).toBe(expected * 1000),
)

test.each(['dnsmasq.log', 'log.20261399', 'build-1202609210.log'])('%s states no date', async (name) =>
  expect(await newestTime({ path: `a.tar!${name}`, name }, now)).toBe(now),
)

test('a member of a sysdiagnose is dated by when that was taken', async () => {
  const at = async (path: string): Promise<number> => newestTime({ path, name: path.split('/').at(-1)! }, now)
  const taken = Date.UTC(2026, 8, 21, 16, 5, 11) * 1000
  const folder = 'sysdiagnose_2026.09.21_18-05-11+0200_iPhone-OS_iPhone_23A1'
  expect(await at(`/x/${folder}.tar.gz!${folder}/ps.txt`)).toBe(taken)
  expect(await at(`/x/${folder}/ps.txt`)).toBe(taken)
  expect(await at(`/x/${folder}/mobile_installation.log-20260920`)).toBe(Date.UTC(2026, 8, 21) * 1000)
  expect(await at('a.tar!sysdiagnose_2026.13.21_18-05-11+0200_x/ps.txt')).toBe(now)
})

test('a date to come is not believed', async () =>
  expect(await newestTime({ path: '-', name: 'x-20280101' }, now)).toBe(now))

test('a file is dated by when it was written', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'codling-newest-'))
  const path = join(folder, 'dnsmasq.log')
  writeFileSync(path, '')
  utimesSync(path, new Date(Date.UTC(2025, 0, 5)), new Date(Date.UTC(2025, 0, 5)))
  expect(await newestTime({ path, name: 'dnsmasq.log' }, now)).toBe(Date.UTC(2025, 0, 5) * 1000)
  rmSync(folder, { recursive: true })
  expect(await newestTime({ path, name: 'dnsmasq.log' }, now)).toBe(now)
})

test('a member of a backup is dated by the manifest, one of an archive not at all', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'codling-newest-'))
  const written = new Date(Date.UTC(2025, 0, 5))
  writeFileSync(join(folder, 'Manifest.db'), '')
  utimesSync(join(folder, 'Manifest.db'), written, written)
  writeFileSync(join(folder, 'a.zip'), '')
  expect(await newestTime({ path: `${folder}!HomeDomain/TCC.db`, name: 'TCC.db' }, now)).toBe(written.getTime() * 1000)
  expect(await newestTime({ path: `${folder}/a.zip!TCC.db`, name: 'TCC.db' }, now)).toBe(now)
  rmSync(folder, { recursive: true })
})
