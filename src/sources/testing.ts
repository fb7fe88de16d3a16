// What the tests of this room build: archives written by other hands than ours where there are any.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, deflateRawSync, zstdCompressSync } from 'node:zlib'
import tarStream from 'tar-stream'
import { onTestFinished } from 'vitest'
import { defaultLimits, type Limits, type Problem, type Source } from '../model/index.ts'
import { gather } from './content.ts'
import { findSources } from './index.ts'

/** A folder that is gone after the test. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sources-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export function fileWith(data: Buffer | string, name = 'input'): string {
  const file = join(scratch(), name)
  writeFileSync(file, data)
  return file
}

export type Taken = Pick<Source, 'path' | 'name' | 'folders' | 'plainFile'> & { data: Buffer; problems: Problem[] }

/** Everything under a path, read. Paths are given from the last part of `path` on. */
export async function take(path: string, limits: Partial<Limits> = {}, signal?: AbortSignal) {
  const sources: Taken[] = []
  const problems: { path: string; code: string; detail: string }[] = []
  const cut = path.slice(0, path.lastIndexOf('/') + 1)
  const shown = (full: string) => (full.startsWith(cut) ? full.slice(cut.length) : full)
  for await (const found of findSources(path, { ...defaultLimits, ...limits }, signal)) {
    if (found.kind === 'problem') {
      problems.push({ path: shown(found.path), code: found.problem.code, detail: found.problem.detail })
      continue
    }
    const { source } = found
    const told: Problem[] = []
    const data = await gather(source.open((problem) => told.push(problem)))
    const { name, folders, plainFile } = source
    sources.push({ path: shown(source.path), name, folders, plainFile, data, problems: told })
  }
  return { sources, problems, codes: problems.map(({ code }) => code) }
}

type TarMember = Partial<tarStream.Header> & { name: string; data?: Buffer | string }

export async function tarOf(...members: TarMember[]): Promise<Buffer> {
  const pack = tarStream.pack()
  for (const { data = '', ...header } of members) pack.entry(header, Buffer.from(data))
  pack.finalize()
  return gather(pack as AsyncIterable<Buffer>)
}

/** A bare tar header with a right checksum, for what no writer would write. */
export function tarHeader(name: string, type: string, size: number, change: (head: Buffer) => void = () => {}): Buffer {
  const head = Buffer.alloc(512)
  head.write(name, 0)
  head.write('0000644\0', 100)
  head.write(`${size.toString(8).padStart(11, '0')}\0`, 124)
  head.write(type, 156)
  head.write('ustar\x0000', 257, 'latin1')
  change(head)
  head.fill(' ', 148, 156)
  const sum = head.reduce((total, byte) => total + byte, 0)
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return head
}

export type ZipMember = {
  name: string | Buffer
  data?: Buffer | string
  method?: 0 | 8 | 93 | 14
  flags?: number
  /** Unix mode, as Info-ZIP writes it. */
  mode?: number
  zip64?: boolean
  /** Put into the headers instead of the right one. */
  crc?: number
  /** Bytes of another member that this one's directory entry points at. */
  offset?: number
}

export function zipOf(...members: ZipMember[]): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, data = '', method = 8, flags = 0, mode = 0, zip64 = false, crc, ...rest } of members) {
    const raw = Buffer.from(name as string)
    const plain = Buffer.from(data as string)
    const packed = method === 8 ? deflateRawSync(plain) : method === 93 ? zstdCompressSync(plain) : plain
    const extra = Buffer.alloc(zip64 ? 28 : 0)
    if (zip64) {
      extra.writeUInt16LE(1, 0)
      extra.writeUInt16LE(24, 2)
      extra.writeBigUInt64LE(BigInt(plain.length), 4)
      extra.writeBigUInt64LE(BigInt(packed.length), 12)
      extra.writeBigUInt64LE(BigInt(offset), 20)
    }
    const common = Buffer.alloc(26)
    common.writeUInt16LE(45, 0)
    common.writeUInt16LE(flags | 0x800, 2)
    common.writeUInt16LE(method, 4)
    common.writeUInt32LE(crc ?? crc32(plain), 10)
    common.writeUInt32LE(zip64 ? 0xffffffff : packed.length, 14)
    common.writeUInt32LE(zip64 ? 0xffffffff : plain.length, 18)
    common.writeUInt16LE(raw.length, 22)
    common.writeUInt16LE(extra.length, 24)
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(mode * 0x10000, 6)
    tail.writeUInt32LE(zip64 ? 0xffffffff : (rest.offset ?? offset), 10)
    directory.push(Buffer.from('PK\x01\x02\x1e\x03', 'latin1'), common, tail, raw, extra)
    if (rest.offset !== undefined) continue
    const local = [Buffer.from('PK\x03\x04'), common, raw, extra, packed]
    parts.push(...local)
    offset += local.reduce((sum, { length }) => sum + length, 0)
  }
  const central = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06')
  end.writeUInt16LE(members.length, 8)
  end.writeUInt16LE(members.length, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...parts, central, end])
}

/** Lines that compress about as well as a log does; the same for the same count. */
export function logOf(count: number): Buffer {
  let state = 1
  const lines: string[] = []
  for (let i = 0; i < count; i++) {
    state = (state * 48271) % 2147483647
    lines.push(`${1700000000 + i} device-${state % 97} host${state}.example\n`)
  }
  return Buffer.from(lines.join(''))
}

/** Bytes that do not compress; the same for the same length. */
export const noise = (length: number): Buffer => {
  let state = 7
  const next = () => {
    state = (state * 48271) % 2147483647
    return state & 0xff
  }
  return Buffer.from(Array.from({ length }, next))
}

/** Cut after every quarter. */
export const quarters = (data: Buffer): Buffer[] =>
  [1, 2, 3].map((n) => data.subarray(0, Math.floor((data.length * n) / 4)))

/** What follows a tar header that `tarHeader` wrote. */
export const tarBody = (text: string): Buffer => {
  const padded = Buffer.alloc(Math.ceil(text.length / 512) * 512)
  padded.write(text)
  return padded
}
export const tarEnd = Buffer.alloc(1024)

/** What a command writes to its standard output. */
export function run(command: string, args: string[], input?: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] })
    let out = ''
    child.stdout.on('data', (data) => {
      out += data
    })
    child.on('error', reject)
    child.on('close', (code) => (code === 0 ? resolve(out) : reject(new Error(`${command}: ${code}`))))
    child.stdin.end(input)
  })
}
