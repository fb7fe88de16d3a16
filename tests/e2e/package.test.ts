// The package that users install: compiled, with its SQL beside it, run by plain Node.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'codling-package-'))
const codling = (...args: string[]): string =>
  execFileSync(process.execPath, [join(folder, 'dist/cli/main.js'), ...args], { encoding: 'utf8', cwd: folder })

beforeAll(() => {
  execFileSync(process.execPath, [join(root, 'scripts/build.ts'), join(folder, 'dist')], { stdio: 'pipe' })
  cpSync(join(root, 'package.json'), join(folder, 'package.json'))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('tells its version', () => expect(codling('--version')).toMatch(/^\d+\.\d+\.\d+\n$/))

test('scans with the SQL that was built', () => {
  writeFileSync(
    join(folder, 'dns.log'),
    '{"ts":1789900000.5,"uid":"C1","id.orig_h":"10.1.0.21","id.orig_p":1,"id.resp_h":"10.1.0.1","id.resp_p":53,"proto":"udp","trans_id":1,"query":"www.listed.example"}\n',
  )
  writeFileSync(join(folder, 'feed.txt'), 'listed.example\n')
  const result = JSON.parse(codling('scan', 'dns.log', '--intel', 'feed.txt', '--json', '-')) as {
    findings: { destination: { value: string } }[]
  }
  expect(result.findings.map((finding) => finding.destination.value)).toEqual(['www.listed.example'])
})

test('reads a database in its worker', () => {
  cpSync(join(root, 'src/formats/tcc/fixtures/ios-18/TCC.db'), join(folder, 'TCC.db'))
  const { sources } = JSON.parse(codling('scan', 'TCC.db', '--json', '-')) as {
    sources: { format: string; rows: Record<string, number> }[]
  }
  expect(sources).toMatchObject([{ format: 'tcc', rows: { device_event: 5 } }])
})
