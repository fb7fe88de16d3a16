// shutdown.log of a sysdiagnose (system_logs.logarchive/Extra/shutdown.log, shutdown.0.log since iOS 26): at each shutdown
// logd notes which processes are still there, some seconds apart, and at last the time. Forms seen: `After 0.1s, remaining
// client pid: 155 (/usr/libexec/nfcd)` (one line), and a line `After 1.26s, these clients are still here:` with indented
// lines of clients below, whose paths end in the UUID of the image (iOS 26); `SIGTERM: [1774602168] …` or `SIGTERM: … @1774602168`.
import {
  type CodeFormat,
  defineFormat,
  type GivenRow,
  type Micros,
  type Out,
  type ParseContext,
  type ProblemCode,
  type Sniff,
} from '../../model/index.ts'
import { headLines } from '../text.ts'

const maxLine = 16 * 1024
/** Clients of one shutdown; a device runs some 600 processes. */
const maxClients = 10_000

const afterPattern = /^\s*After (\d{1,6}(?:\.\d{1,6})?)\s?s,?\s*(.*)$/
const clientPattern = /^remaining client pid: (-?\d{1,10}) \((.*)\)\s*$/
const stillHere = /^these clients are still here:?$/
const timePattern = /^\s*SIGTERM:.*?(?:\[(\d{9,10})\]| @(\d{9,10})(?!\d))/
const uuidAtEnd = /^(.+)\/([0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12})$/

type Client = {
  readonly line: number
  readonly raw: string
  readonly pid: string
  readonly path: string
  readonly uuid: string
  delay: number
  written: string
  count: number
}

/** What was read since the last shutdown was dated. */
type Block = { readonly clients: Map<string, Client>; delays: number; last: number; written: string; left: number }

const newBlock = (): Block => ({ clients: new Map(), delays: 0, last: -1, written: '', left: 0 })

async function parse(bytes: AsyncIterable<Buffer>, out: Out, context: ParseContext): Promise<void> {
  let block = newBlock()
  const tell = (code: ProblemCode, record: number, detail: string, sample: string): void =>
    out.problem({ code, record, byte: -1, detail, sample: sample.slice(0, 200) })
  /** Clients of a shutdown that no line dates. */
  const giveUp = (why: string): void => {
    for (const client of block.clients.values()) tell('bad_time', client.line, why, client.raw)
    block = newBlock()
  }
  for await (const { line, record, long } of linesOf(bytes, context.signal)) {
    const text = line.replace(/\r$/, '')
    if (text.trim() === '') continue
    if (long) {
      tell('bad_record', record, 'a line longer than 16 KiB', text)
      continue
    }
    const after = afterPattern.exec(text)
    const rest = after === null ? text.trim() : after[2]!.trim()
    if (after !== null) {
      // the seconds count from the request to shut down: fewer than before belong to another shutdown
      if (Number(after[1]) < block.last) giveUp('no SIGTERM line follows: the shutdown has no time')
      if (stillHere.test(rest) || Number(after[1]) !== block.last) block.delays++
      block.last = Number(after[1])
      block.written = after[1]!
      if (stillHere.test(rest)) continue
    }
    const client = clientPattern.exec(rest)
    if (client !== null) {
      if (!addClient(block, client[1]!, client[2]!, record, text)) block.left++
      continue
    }
    if (!/^\s*SIGTERM:/.test(text)) {
      tell('bad_record', record, 'neither a client that remains nor the end of a shutdown', text)
      continue
    }
    const ts = timeOf(text)
    if (ts === null) {
      tell('bad_time', record, 'no time in the SIGTERM line', text)
      giveUp('the SIGTERM line that follows has no time')
      continue
    }
    if (block.left > 0) tell('count_limit', record, `${block.left} clients beyond ${maxClients}`, text)
    await write(block, ts, record, text, out)
    block = newBlock()
  }
  giveUp('the log ends before the SIGTERM line of this shutdown')
}

/** The same process in several notices is one client, with the longest delay. false: there are too many. */
function addClient(block: Block, pid: string, path: string, line: number, raw: string): boolean {
  const key = `${pid} ${path}`
  const known = block.clients.get(key)
  if (known !== undefined) {
    known.count++
    known.delay = block.last
    known.written = block.written
    return true
  }
  if (block.clients.size >= maxClients) return false
  const [, image = path, uuid = ''] = uuidAtEnd.exec(path) ?? []
  const seen = { delay: block.last, written: block.written, count: 1 }
  block.clients.set(key, { line, raw, pid, path: image, uuid, ...seen })
  return true
}

async function write(block: Block, ts: Micros, record: number, end: string, out: Out): Promise<void> {
  for (const client of block.clients.values()) {
    const detail: Record<string, string> = { pid: client.pid, count: String(client.count) }
    if (client.written !== '') detail.delay = client.written
    if (client.uuid !== '') detail.image_uuid = client.uuid
    await out.row('device_event', client.line, {
      ts,
      kind: 'shutdown_client',
      process: client.path.slice(client.path.lastIndexOf('/') + 1),
      process_path: client.path,
      detail,
      // the line of the client, and the line that dates it: the same client at another shutdown is another event
      raw: `${client.raw}\n${end}`,
    })
  }
  const detail = { delays: String(block.delays), clients: String(block.clients.size) }
  await out.row('device_event', record, { ts, kind: 'reboot', detail, raw: end } satisfies GivenRow<'device_event'>)
}

/** Seconds since 1970 in brackets or after @; null: none. */
function timeOf(line: string): Micros | null {
  const match = timePattern.exec(line)
  const seconds = Number(match?.[1] ?? match?.[2] ?? 0)
  return seconds > 0 ? seconds * 1e6 : null
}

/** Lines from 1; of one that is too long the beginning. */
async function* linesOf(
  bytes: AsyncIterable<Buffer>,
  signal: AbortSignal,
): AsyncGenerator<{ line: string; record: number; long: boolean }> {
  let parts: Buffer[] = []
  let length = 0
  let record = 0
  const take = () => {
    const line = Buffer.concat(parts).subarray(0, maxLine).toString('utf8')
    const long = length > maxLine
    parts = []
    length = 0
    return { line: record === 0 ? line.replace(/^\ufeff/, '') : line, record: ++record, long }
  }
  for await (const chunk of bytes) {
    signal.throwIfAborted()
    for (let at = 0; at < chunk.length; ) {
      const end = chunk.indexOf(10, at)
      const piece = chunk.subarray(at, end < 0 ? chunk.length : end)
      if (length <= maxLine) parts.push(piece)
      length += piece.length
      if (end < 0) break
      at = end + 1
      yield take()
    }
  }
  if (length > 0) yield take()
}

/** `yes`: one of the first lines is such a line, and most of them are. Pure; never throws. */
function sniff(bytes: Buffer): Sniff {
  const lines = headLines(bytes.subarray(0, 64 * 1024), 40)
    .map((line) => line.slice(0, 1000))
    .filter((line) => line.trim() !== '')
  const known = lines.filter((line) => {
    const rest = afterPattern.exec(line)?.[2]?.trim() ?? line.trim()
    return stillHere.test(rest) || clientPattern.test(rest) || timePattern.test(line)
  })
  return known.length > 0 && known.length * 2 > lines.length ? 'yes' : 'no'
}

export const shutdownLog: CodeFormat = defineFormat({
  id: 'shutdown-log',
  kind: 'code',
  title: 'shutdown.log of an iOS sysdiagnose',
  version: 1,
  oneDevice: true,
  names: ['shutdown.log', 'shutdown.*.log'],
  claims: {
    device_event: {
      time: {
        means:
          'the end of the shutdown (SIGTERM line), for its clients as well; how long after the request they were still there stands in `detail.delay`, in seconds',
        precision: 'second',
        zone: 'stated',
      },
      always: ['kind', 'detail', 'raw'],
      sometimes: ['process', 'process_path'],
      blind: [
        'processes that ended before the first notice: malware that gives way at once is not named',
        'restarts that were no orderly shutdown: panics, forced resets, an empty battery',
        'shutdowns before the oldest in the log, which iOS cuts off, and before the device was erased',
        'when a process started, what it did, and who asked for the shutdown',
      ],
      attack: [{ dataComponent: 'DC0018', logSource: 'iOS:unifiedlog' }],
    },
  },
  sniff: (head) => sniff(head),
  parse,
})
