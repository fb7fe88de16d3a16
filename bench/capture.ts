// A capture: DNS, and TCP flows with payload, of as many packets as asked for; the whole command beside tshark's fields.
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mulberry32 } from '../src/simulate/random.ts'
import { type Measured, run } from './process.ts'
import { megabytes, printTable } from './report.ts'
import { codling } from './scan.ts'

export type Captured = {
  readonly said: string
  readonly right: boolean
  readonly measured: Readonly<Record<string, unknown>>
}

/** Packets of a TCP flow: three to open it, as many with payload, two to close it. */
const flowPackets = 25

const clientOf = (n: number): Buffer => Buffer.from([10, 20, (n >> 8) & 255, n & 255])
const serverOf = (n: number): Buffer => Buffer.from([198, 18 + ((n >> 16) & 1), (n >> 8) & 255, n & 255])
const resolver = Buffer.from([10, 0, 0, 53])

/** Ethernet, IPv4 without options, and `body`. Checksums of captures are often wrong (offloading); these are zero. */
function packet(from: Buffer, to: Buffer, protocol: number, body: Buffer): Buffer {
  const head = Buffer.alloc(34)
  head.writeUInt16BE(0x0800, 12)
  head[14] = 0x45
  head.writeUInt16BE(20 + body.length, 16)
  head[22] = 64
  head[23] = protocol
  from.copy(head, 26)
  to.copy(head, 30)
  return Buffer.concat([head, body])
}

function udp(from: number, to: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt16BE(from, 0)
  head.writeUInt16BE(to, 2)
  head.writeUInt16BE(8 + payload.length, 4)
  return Buffer.concat([head, payload])
}

function tcp(from: number, to: number, sequence: number, flags: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(20)
  head.writeUInt16BE(from, 0)
  head.writeUInt16BE(to, 2)
  head.writeUInt32BE(sequence >>> 0, 4)
  head[12] = 0x50
  head[13] = flags
  head.writeUInt16BE(65_535, 14)
  return Buffer.concat([head, payload])
}

function query(id: number, name: string): Buffer {
  const labels = name.split('.').flatMap((label) => [Buffer.from([label.length]), Buffer.from(label)])
  const head = Buffer.from([id >> 8, id & 255, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0])
  return Buffer.concat([head, ...labels, Buffer.from([0, 0, 1, 0, 1])])
}

/** The answer to a query: one address. */
function answer(asked: Buffer, address: Buffer): Buffer {
  const copy = Buffer.from(asked)
  copy[2] = 0x81
  copy[3] = 0x80
  copy[7] = 1
  return Buffer.concat([copy, Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 1, 44, 0, 4]), address])
}

/** Packets in turn: a name asked for and answered, then a flow to its address. */
function* packets(count: number): Generator<Buffer> {
  const random = mulberry32(7)
  const payload = Buffer.alloc(400, 0x17)
  for (let flow = 0, left = count; left > 0; flow++) {
    const [client, server] = [clientOf(Math.floor(random() * 2000)), serverOf(flow % 100_000)]
    const port = 49_152 + (flow % 16_000)
    const asked = query(flow & 0xffff, `host${flow % 5000}.example`)
    const both: Buffer[] = [
      packet(client, resolver, 17, udp(port, 53, asked)),
      packet(resolver, client, 17, udp(53, port, answer(asked, server))),
      packet(client, server, 6, tcp(port, 443, 1, 0x02, Buffer.alloc(0))),
      packet(server, client, 6, tcp(443, port, 1, 0x12, Buffer.alloc(0))),
      packet(client, server, 6, tcp(port, 443, 2, 0x10, Buffer.alloc(0))),
    ]
    for (let i = 0; i < flowPackets - 5; i++)
      both.push(
        i % 2 === 0
          ? packet(client, server, 6, tcp(port, 443, 2 + i * 200, 0x18, payload))
          : packet(server, client, 6, tcp(443, port, 2 + i * 200, 0x18, payload)),
      )
    both.push(packet(client, server, 6, tcp(port, 443, 9000, 0x11, Buffer.alloc(0))))
    both.push(packet(server, client, 6, tcp(443, port, 9000, 0x11, Buffer.alloc(0))))
    yield* both.slice(0, left)
    left -= both.length
  }
}

async function write(path: string, count: number): Promise<void> {
  const file = createWriteStream(path, { highWaterMark: 4 * 1024 ** 2 })
  const head = Buffer.alloc(24)
  head.writeUInt32LE(0xa1b2c3d4, 0)
  head.writeUInt16LE(2, 4)
  head.writeUInt16LE(4, 6)
  head.writeUInt32LE(65_535, 16)
  head.writeUInt32LE(1, 20)
  file.write(head)
  let batch: Buffer[] = []
  let n = 0
  for (const bytes of packets(count)) {
    const record = Buffer.alloc(16)
    record.writeUInt32LE(1_789_000_000 + Math.floor(n / 100), 0)
    record.writeUInt32LE((n % 100) * 10_000, 4)
    record.writeUInt32LE(bytes.length, 8)
    record.writeUInt32LE(bytes.length, 12)
    batch.push(record, bytes)
    n++
    if (batch.length < 20_000) continue
    if (!file.write(Buffer.concat(batch))) await once(file, 'drain')
    batch = []
  }
  await new Promise<void>((done) => void file.end(Buffer.concat(batch), done))
}

const has = (program: string): boolean => {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const fields = ['frame.time_epoch', 'ip.src', 'ip.dst', 'tcp.dstport', 'udp.dstport', 'dns.qry.name', 'dns.a']

/** Prints and returns what a scan of the capture took, and tshark where it is installed. */
export async function measureCapture(count: number): Promise<Captured> {
  const folder = mkdtempSync(join(tmpdir(), 'codling-bench-run-'))
  try {
    const file = join(folder, 'capture.pcap')
    await write(file, count)
    const { size } = statSync(file)
    const own = await run(codling(file))
    const { sources } = JSON.parse(own.stdout) as { sources: { status: string; rows: Record<string, number> }[] }
    const rows = Object.values(sources[0]?.rows ?? {}).reduce((sum, n) => sum + n, 0)
    const right = sources.length === 1 && sources[0]!.status === 'ok' && rows > 0
    const theirs: Measured | null = has('tshark')
      ? await run([
          'sh',
          '-c',
          `tshark -r "$1" -T fields ${fields.map((field) => `-e ${field}`).join(' ')} > "$1.txt"`,
          'sh',
          file,
        ])
      : null
    const line = (title: string, one: Measured): string[] => [
      title,
      `${one.wall.toFixed(2)} s`,
      `${one.cpu.toFixed(2)} s`,
      `${(size / 1e6 / one.wall).toFixed(1)} MB/s`,
      Math.round(count / one.wall).toLocaleString('en'),
      megabytes(one.memory),
    ]
    console.log(`\nA capture of ${count} packets, ${(size / 1e6).toFixed(0)} MB; ${rows} rows`)
    printTable(
      ['', 'wall', 'CPU', '', 'packets/s', 'memory'],
      [line('codling scan', own), ...(theirs ? [line('tshark -T fields', theirs)] : [])],
    )
    if (!theirs) console.log('tshark is not installed: nothing to compare it with.')
    const against = theirs ? `, ${(own.wall / theirs.wall).toFixed(2)} × tshark` : ', tshark not installed'
    return {
      said: `a capture of ${count} packets in ${own.wall.toFixed(1)} s (CPU ${own.cpu.toFixed(1)} s)${against}, ${megabytes(own.memory)}`,
      right,
      measured: {
        packets: count,
        bytes: size,
        rows,
        own: { ...own, stdout: '' },
        theirs: theirs && { ...theirs, stdout: '' },
      },
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
