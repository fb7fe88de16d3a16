// An archive like a sysdiagnose: mostly what nobody reads (traces, as good as random), among it the logs and reports that are.
import { randomFillSync } from 'node:crypto'
import { createWriteStream, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import tar from 'tar-stream'
import type { Bench } from './index.ts'
import { crash } from './many.ts'
import { run } from './process.ts'
import { conclude, engineVersion, machineOf, megabytes, printTable } from './report.ts'
import { codling } from './scan.ts'

const root = 'sysdiagnose_2026.09.20_12-00-00+0000_iPhone-OS_iPhone_22D72'
const fixture = (path: string): Buffer => readFileSync(new URL(`../src/formats/${path}`, import.meta.url))

/** Logs, each repeated until it is so many bytes. */
const logs = [
  { name: 'ps.txt', text: fixture('ps-txt/fixtures/ios-16/ps.txt'), bytes: 1 },
  { name: 'logs/lockdownd/lockdownd.log', text: fixture('lockdownd/fixtures/ios-16/lockdownd.log'), bytes: 20e6 },
  {
    name: 'logs/MobileInstallation/mobile_installation.log.0',
    text: fixture('sysdiagnose-log/fixtures/installd/mobile_installation.log.0'),
    bytes: 20e6,
  },
  {
    name: 'system_logs.logarchive/Extra/shutdown.0.log',
    text: fixture('shutdown-log/fixtures/ios-26/shutdown.0.log'),
    bytes: 1,
  },
] as const
const crashes = 300

/** Writes it; at least `bytes` long when compressed. */
async function write(path: string, bytes: number): Promise<void> {
  const pack = tar.pack()
  const fill = async (): Promise<void> => {
    const add = (name: string, body: Buffer): Promise<void> =>
      new Promise((done, failed) =>
        pack.entry({ name: `${root}/${name}`, mtime: new Date('2026-09-20T12:00:00Z') }, body, (error) =>
          error ? failed(error) : done(),
        ),
      )
    for (const log of logs) await add(log.name, Buffer.alloc(Math.max(log.text.length, log.bytes), log.text))
    for (let n = 0; n < crashes; n++) await add(`crashes_and_spins/Maple-${n}.ips`, Buffer.from(crash(n)))
    const trace = randomFillSync(Buffer.alloc(10e6))
    for (let n = 0; n * trace.length < bytes; n++) {
      trace.writeUInt32LE(n, 0)
      await add(`system_logs.logarchive/Persist/${String(n).padStart(16, '0')}.tracev3`, trace)
    }
    pack.finalize()
  }
  await Promise.all([fill(), pipeline(Readable.from(pack), createGzip({ level: 1 }), createWriteStream(path))])
}

export const archiveBench: Bench = {
  id: 'archive',
  title: 'an archive of N MB like a sysdiagnose, beside gzip and tar that only walk through it',
  options: { megabytes: 1000 },
  async run({ megabytes: size }) {
    const folder = mkdtempSync(join(tmpdir(), 'codling-bench-run-'))
    try {
      const file = join(folder, `${root}.tar.gz`)
      await write(file, size! * 1e6)
      const stored = statSync(file).size
      const own = await run(codling(file))
      const plain = await run(['tar', '-tzf', file])
      const { sources } = JSON.parse(own.stdout) as { sources: { status: string; rows: Record<string, number> }[] }
      const status = Object.groupBy(sources, (source) => source.status)
      const rows = sources.reduce((sum, source) => sum + Object.values(source.rows).reduce((a, b) => a + b, 0), 0)
      const right =
        (status.failed ?? []).length === 0 &&
        (status.ok ?? []).length + (status.partial ?? []).length === logs.length + crashes
      console.log(`\n${(stored / 1e6).toFixed(0)} MB, ${sources.length} members, ${rows} rows`)
      printTable(
        ['', 'wall', 'CPU', '', 'memory'],
        [['codling scan', own] as const, ['tar -tzf', plain] as const].map(([title, one]) => [
          title,
          `${one.wall.toFixed(1)} s`,
          `${one.cpu.toFixed(1)} s`,
          `${(stored / 1e6 / one.wall).toFixed(0)} MB/s`,
          megabytes(one.memory),
        ]),
      )
      if (!right)
        console.log(
          `\nWRONG: ${Object.entries(status)
            .map(([name, list]) => `${list!.length} ${name}`)
            .join(', ')}.`,
        )
      conclude(
        'archive',
        machineOf(engineVersion()),
        { stored, members: sources.length, rows, own: { ...own, stdout: '' }, plain: { ...plain, stdout: '' } },
        `${(stored / 1e6).toFixed(0)} MB in ${own.wall.toFixed(1)} s, ${(own.wall / plain.wall).toFixed(1)} × tar -tzf, ${megabytes(own.memory)}`,
      )
      return right
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}
