// Which process a packet is of: PKTAP headers (iOS over rvictl, `tcpdump -k`), Apple’s pcapng options, and the comments that
// pymobiledevice3 writes (`PID: 312, ProcName: Signal, EPID: …`; seen in its pcapd service since 1.12).
import { be16, be32, le16, le32 } from './bytes.ts'
import type { Frame } from './frame.ts'

export type Process = { readonly pid: number; readonly name: string }

/** Process blocks of the present section, in order: packets name them by number. */
export type Processes = { readonly list: Process[] }

export const newProcesses = (): Processes => ({ list: [] })

const mostProcesses = 65_536
const option = { comment: 1, process: 0x8001, effective: 0x8003 }

export function addProcess(processes: Processes, pid: number, name: string): void {
  if (processes.list.length < mostProcesses) processes.list.push({ pid, name: plain(name) })
}

/** Where the fields of Apple’s `struct pktap_header` stand. It is little-endian, and grows at its end. */
const pktap = { pid: 52, command: 56, epid: 84, effective: 88, commandLength: 20 }

const none: Process = { pid: -1, name: '' }

/**
 * The process that the packet was for: the effective one where a daemon (mDNSResponder, nsurlsessiond) acted for an app,
 * else the one that owned the socket. Name '' and pid -1: not stated.
 */
export function processOf(frame: Frame, processes: Processes): Process {
  const header = frame.pktap < 0 ? none : ofHeader(frame)
  return header.name !== '' || frame.optionsTo <= frame.optionsFrom ? header : ofOptions(frame, processes)
}

function ofHeader({ bytes, pktap: at }: Frame): Process {
  const effective = textAt(bytes, at + pktap.effective)
  const epid = le32(bytes, at + pktap.epid) | 0
  return effective !== '' && epid >= 0
    ? { pid: epid, name: effective }
    : { pid: le32(bytes, at + pktap.pid) | 0, name: textAt(bytes, at + pktap.command) }
}

function textAt(bytes: Buffer, at: number): string {
  const end = bytes.indexOf(0, at)
  return plain(bytes.toString('utf8', at, end < 0 ? at + pktap.commandLength : Math.min(end, at + pktap.commandLength)))
}

function ofOptions({ bytes, optionsFrom, optionsTo, little }: Frame, processes: Processes): Process {
  const half = little ? le16 : be16
  const word = little ? le32 : be32
  let owner: Process | undefined
  let effective: Process | undefined
  let comment = ''
  for (let at = optionsFrom; at + 4 <= optionsTo; ) {
    const code = half(bytes, at)
    const length = half(bytes, at + 2)
    if (code === 0 || at + 4 + length > optionsTo) break
    if (code === option.process && length === 4) owner = processes.list[word(bytes, at + 4)]
    if (code === option.effective && length === 4) effective = processes.list[word(bytes, at + 4)]
    if (code === option.comment && comment === '')
      comment = bytes.toString('utf8', at + 4, at + 4 + Math.min(length, 1000))
    at += 4 + ((length + 3) & ~3)
  }
  if (effective !== undefined && effective.name !== '') return effective
  return owner !== undefined && owner.name !== '' ? owner : ofComment(comment)
}

function ofComment(comment: string): Process {
  const field = (name: string): string =>
    new RegExp(`(?:^|[\\s,])${name}: ?([^,\\n]{0,256})`).exec(comment)?.[1]?.trim() ?? ''
  const effective = field('EProcName')
  const name = effective || field('ProcName')
  const pid = field(effective ? 'EPID' : 'PID')
  return name === '' ? none : { pid: /^\d{1,9}$/.test(pid) ? Number(pid) : -1, name: plain(name) }
}

const plain = (name: string): string => name.replace(/[\x00-\x1f\x7f\ufffd]+/g, '')
