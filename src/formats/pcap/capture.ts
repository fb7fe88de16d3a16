// A capture from its bytes to rows: frames, packets, flows, and what is said in them.
import type { Micros } from '../../model/index.ts'
import type { Flow } from './flow.ts'
import { openFlows } from './flows.ts'
import { type Frame, newPacket, type Packet, type Tell } from './frame.ts'
import { laterFragment, protocol, readIp } from './ip.ts'
import { answer, networkOf } from './link.ts'
import { type Process, processOf } from './process.ts'
import { openReader } from './reader.ts'
import { flowRow } from './rows.ts'
import { type Give, openTalk } from './talk.ts'

export type CaptureLimits = {
  /** Flows kept at once: about 1 KB each. */
  readonly flows: number
  /** Bytes of streams that are being put together. */
  readonly streams: number
}
export const captureLimits: CaptureLimits = { flows: 100_000, streams: 64 * 1024 ** 2 }

export type Capture = { feed(chunk: Buffer): void; end(): void }

/** Times later than this are no times: the tables hold none (2255). */
const lastTime = 9_000_000_000_000_000
const none: Process = { pid: -1, name: '' }

/** Something that happens to many packets: the first of them, and how many. */
type Tally = { count: number; record: number; byte: number }

/** `notAfter`: the time of packets that state none, where none before them does. */
export function openCapture(give: Give, tell: Tell, notAfter: Micros, limits: CaptureLimits = captureLimits): Capture {
  const tallies = new Map<string, Tally>()
  let last: Micros = 0
  let packet: Packet | null = null

  const count = (what: string, frame: { readonly record: number; readonly byte: number }): void => {
    const tally = tallies.get(what)
    if (tally !== undefined) tally.count++
    else if (tallies.size < 1000) tallies.set(what, { count: 1, record: frame.record, byte: frame.byte })
  }

  const budget = { left: limits.streams, refuse: () => count('refused', packet!.frame) }

  const stated = ({ frame }: Packet): Process =>
    frame.pktap < 0 && frame.optionsTo <= frame.optionsFrom ? none : processOf(frame, reader.processes)

  const talk = openTalk(give, stated, budget, ({ record }) => count('lost', { record, byte: -1 }))
  const flows = openFlows(limits.flows, (flow: Flow, early: boolean) => {
    if (early) count('early', { record: flow.record, byte: -1 })
    talk.end(flow)
    give.network(flow.record, flowRow(flow))
  })

  /** Counts the packet in its flow; what it is not counted as, or ''. */
  const takePacket = (frame: Frame): string => {
    packet ??= newPacket(frame)
    if (frame.ts > 0 && frame.ts < lastTime) last = frame.ts
    else {
      count('time', frame)
      frame.ts = last || notAfter
    }
    const at = networkOf(packet)
    if (at === answer.notIp) return ''
    if (at === answer.unknown) return `link ${frame.link}`
    const read = at < 0 ? at : readIp(packet, at)
    if (read === answer.cut) return frame.to - frame.from < frame.wire ? 'cut' : 'short'
    if (read === laterFragment) return 'fragment'
    if (read < 0) return 'damaged'
    const flow = flows.take(packet)
    if (flow.process === '') {
      const { name, pid } = stated(packet)
      flow.process = name
      flow.pid = pid
    }
    if (packet.protocol === protocol.tcp) talk.tcp(flow, packet, flows.fromClient())
    else if (packet.protocol === protocol.udp && packet.length > 0) talk.udp(flow, packet, flows.fromClient())
    return ''
  }

  const take = (frame: Frame): void => {
    const wrong = takePacket(frame)
    if (wrong !== '') count(wrong, frame)
  }

  const reader = openReader(take, tell)

  return {
    feed: reader.feed,
    end() {
      reader.end()
      flows.end()
      for (const [what, { count, record, byte }] of tallies) {
        const [code, detail] = wordsOf(what, count, limits)
        tell(code, record, byte, detail)
      }
    },
  }
}

function wordsOf(what: string, count: number, limits: CaptureLimits): [Parameters<Tell>[0], string] {
  const packets = `${count} ${count === 1 ? 'packet' : 'packets'}`
  switch (what) {
    case 'time':
      return ['bad_time', `${packets} without a time: that of the packet before stands for it, else that of the file`]
    case 'cut':
      return ['truncated', `${packets} cut by the snap length before their ports`]
    case 'short':
      return ['bad_record', `${packets} shorter than their headers`]
    case 'fragment':
      return ['unknown_kind', `${packets}, later fragments of others: bytes are not counted, names in them not read`]
    case 'lost':
      return ['truncated', `names may be missing: in ${count} flows or messages the bytes that hold them are not there`]
    case 'early':
      return ['count_limit', `${count} flows were told before their end: more than ${limits.flows} at once`]
    case 'refused':
      return ['size_limit', `${count} connections were not put together: over ${limits.streams} bytes at once`]
    case 'damaged':
      return ['bad_record', `${packets} with damaged headers`]
    default:
      return ['unknown_kind', `${packets} of ${what.replace('link', 'link type')}, which is not read`]
  }
}
