// What a source costs besides its rows: a scan of many small files, less the same scan of one.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Bench } from './index.ts'
import { type Measured, run } from './process.ts'
import { conclude, engineVersion, machineOf, megabytes, printTable, spreadOf } from './report.ts'
import { codling } from './scan.ts'

const pad = (n: number, width: number): string => String(n).padStart(width, '0')

/** A crash report as iOS 15 and later write it: one line of header, then the body. */
export const crash = (n: number): string => {
  const at = `2026-09-${pad(1 + (n % 28), 2)} ${pad(n % 24, 2)}:${pad(n % 60, 2)}:${pad((n * 7) % 60, 2)}.00 +0200`
  const incident = `00000000-0000-4000-8000-${pad(n, 12)}`
  const header = {
    app_name: 'Maple',
    timestamp: at,
    app_version: '1.2',
    slice_uuid: '00000000-0000-3000-8000-000000000001',
    build_version: '7',
    platform: 2,
    bundleID: 'org.example.maple',
    share_with_app_devs: 0,
    is_first_party: 0,
    bug_type: '309',
    os_version: 'iPhone OS 17.6.1 (21G93)',
    roots_installed: 0,
    name: 'Maple',
    incident_id: incident,
  }
  const frames = Array.from({ length: 20 }, (_, i) => ({ imageOffset: 4096 * (i + 1) + n, imageIndex: 0 }))
  const body = {
    uptime: 90_000,
    procRole: 'Foreground',
    version: 2,
    userID: 501,
    modelCode: 'iPhone15,3',
    procName: 'Maple',
    pid: 400 + n,
    incident,
    bug_type: '309',
    captureTime: at,
    crashReporterKey: pad(n % 50, 40),
    osVersion: { isEmbedded: true, train: 'iPhone OS 17.6.1', releaseType: 'User', build: '21G93' },
    bundleInfo: { CFBundleShortVersionString: '1.2', CFBundleVersion: '7', CFBundleIdentifier: 'org.example.maple' },
    exception: {
      codes: '0x0000000000000001, 0x0000000000000000',
      rawCodes: [1, 0],
      type: 'EXC_BAD_ACCESS',
      signal: 'SIGSEGV',
      subtype: 'KERN_INVALID_ADDRESS at 0x0000000000000000',
    },
    termination: {
      flags: 0,
      code: 11,
      namespace: 'SIGNAL',
      indicator: 'Segmentation fault: 11',
      byProc: 'exc handler',
      byPid: 400 + n,
    },
    faultingThread: 0,
    threads: Array.from({ length: 8 }, (_, i) => ({ triggered: i === 0, id: 9000 + i, frames })),
    usedImages: [
      {
        source: 'P',
        arch: 'arm64',
        base: 4_300_000_000,
        size: 1_000_000,
        uuid: '00000000-0000-3000-8000-000000000001',
        path: '/private/var/containers/Bundle/Application/Maple.app/Maple',
        name: 'Maple',
      },
    ],
  }
  return `${JSON.stringify(header)}\n${JSON.stringify(body, null, 2)}\n`
}

/** Ten queries of one client. */
const queries = (n: number): string =>
  Array.from(
    { length: 10 },
    (_, i) =>
      `{"ts":${1789990000 + n * 60 + i}.5,"uid":"C${n}x${i}","id.orig_h":"10.0.${n >> 8}.${n & 255}","id.orig_p":50000,"id.resp_h":"10.0.0.53","id.resp_p":53,"proto":"udp","trans_id":${i},"query":"n${i}.example${n}.org","qtype_name":"A","rcode_name":"NOERROR","answers":["192.0.2.${i}"]}\n`,
  ).join('')

const kinds = [
  { title: '.ips', name: (n: number) => `Maple-${pad(n, 6)}.ips`, text: crash },
  { title: 'dns.log', name: (n: number) => `dns.${pad(n, 6)}.log`, text: queries },
] as const

export const manyBench: Bench = {
  id: 'many',
  title: 'many small files: what one costs, from a scan of N and a scan of one',
  options: { files: 1000, runs: 1 },
  async run({ files, runs }) {
    const folder = mkdtempSync(join(tmpdir(), 'codling-bench-run-'))
    try {
      let right = true
      const rows = []
      for (const kind of kinds) {
        const [single, all] = [1, files!].map((count) => {
          const path = join(folder, `${kind.title}-${count}`)
          mkdirSync(path, { recursive: true })
          for (let n = 0; n < count; n++) writeFileSync(join(path, kind.name(n)), kind.text(n))
          return path
        }) as [string, string]
        const each: { wall: number; cpu: number }[] = []
        let last: Measured | null = null
        for (let round = 0; round < runs!; round++) {
          const few = await run(codling(single))
          last = await run(codling(all))
          const { sources } = JSON.parse(last.stdout) as { sources: { status: string }[] }
          right &&= sources.length === files && sources.every((source) => source.status === 'ok')
          each.push({
            wall: ((last.wall - few.wall) / (files! - 1)) * 1000,
            cpu: ((last.cpu - few.cpu) / (files! - 1)) * 1000,
          })
        }
        rows.push({
          kind: kind.title,
          wall: spreadOf(each.map((one) => one.wall)),
          cpu: spreadOf(each.map((one) => one.cpu)),
          whole: last!.wall,
          memory: last!.memory,
        })
      }
      printTable(
        ['', 'wall a file', 'CPU a file', `all ${files}`, 'memory'],
        rows.map((row) => [
          row.kind,
          `${row.wall.median.toFixed(1)} ms`,
          `${row.cpu.median.toFixed(1)} ms`,
          `${row.whole.toFixed(1)} s`,
          megabytes(row.memory),
        ]),
      )
      if (!right) console.log('\nWRONG: not every file was read.')
      conclude(
        'many',
        machineOf(engineVersion()),
        { files, rows },
        rows
          .map(
            (row) => `${files} ${row.kind} files: ${row.cpu.median.toFixed(0)} ms CPU each, ${row.whole.toFixed(1)} s`,
          )
          .join('; '),
      )
      return right
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}
