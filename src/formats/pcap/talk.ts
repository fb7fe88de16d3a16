// What is read inside of flows: look-ups, hellos, requests, leases.
import { be16 } from './bytes.ts'
import { readDhcp } from './dhcp.ts'
import { type Message, type Question, readMessage } from './dns.ts'
import type { Flow, Lookup } from './flow.ts'
import type { Packet } from './frame.ts'
import { helloOfRecords } from './hello.ts'
import { beginsRequest, headEnd, hostOf, requestOf, statusOf } from './http.ts'
import type { Process } from './process.ts'
import { isInitial, mostTries, newQuic, takeDatagram } from './quic.ts'
import { dnsRow, httpRow, type LeaseRow, leaseRow, type NetworkRow, tlsRow } from './rows.ts'
import { type Budget, close, newSide, type Side, type Taker, takeSegment } from './stream.ts'

export type Give = {
  network(record: number, row: NetworkRow): void
  lease(record: number, row: LeaseRow): void
}

export type Talk = {
  tcp(flow: Flow, packet: Packet, outward: boolean): void
  udp(flow: Flow, packet: Packet, outward: boolean): void
  /** Tells what still waits for an answer. */
  end(flow: Flow): void
}

const port = { dns: 53, mdns: 5353, llmnr: 5355, server: 67, client: 68 }
const nameServices = new Map([
  [port.dns, 'dns'],
  [port.mdns, 'mdns'],
  [port.llmnr, 'llmnr'],
])

/** Look-ups and requests of a flow that wait at once; the first of more are told without an answer. */
const mostWaiting = 64

const syn = 2

/** `lose` is told of flows with names that could not be read, because bytes are missing. */
export function openTalk(
  give: Give,
  processOf: (packet: Packet) => Process,
  budget: Budget,
  lose: (flow: Flow) => void,
): Talk {
  // The flow and packet at hand: so that no function is made for each packet.
  let flow: Flow
  let packet: Packet

  const tellLookup = (lookup: Lookup, answer: Message | null, asked: boolean): void => {
    lookup.told = true
    const { ts, record } = packet.frame
    give.network(lookup.record, dnsRow(flow, lookup, answer, ts, record, asked))
  }

  const lookupOf = ({ name, type }: Question, id: number): Lookup => {
    const { pid, name: process } = processOf(packet)
    return {
      id,
      name,
      type,
      ts: packet.frame.ts,
      record: packet.frame.record,
      process: process || flow.process,
      pid: process === '' ? flow.pid : pid,
      told: false,
    }
  }

  const takeMessage = (message: Message): void => {
    const { id, response } = message
    if (flow.service === 'mdns') {
      const all = response && message.announced !== null ? [message.announced] : message.questions
      for (const question of all) tellLookup(lookupOf(question, id), response ? message : null, false)
      return
    }
    flow.lookups ??= new Map()
    const questions = message.announced === null ? message.questions : [message.announced]
    for (const question of questions) {
      const key = `${id} ${question.type} ${question.name}`
      const known = flow.lookups.get(key)
      if (!response) {
        // asked again
        if (known !== undefined) continue
        flow.lookups.set(key, lookupOf(question, id))
      } else if (known === undefined) {
        const answered = lookupOf(question, id)
        flow.lookups.set(key, answered)
        tellLookup(answered, message, false)
      } else if (!known.told) tellLookup(known, message, true)
      if (flow.lookups.size > mostWaiting) {
        const [first, lookup] = flow.lookups.entries().next().value!
        flow.lookups.delete(first)
        if (!lookup.told) tellLookup(lookup, null, false)
      }
    }
  }

  const takeTls: Taker = (b, from, to) => {
    const hello = helloOfRecords(b, from, to)
    if (hello === 'more') return 0
    if (hello === null) return -1
    flow.service = 'ssl'
    flow.name ||= hello.name
    const { ts, record } = packet.frame
    give.network(record, tlsRow(flow, hello, ts, record, ''))
    return -1
  }

  const tellRequest = (status: string): void => {
    const request = flow.requests!.shift()!
    give.network(request.record, httpRow(flow, request, status))
  }

  const takeHttp: Taker = (b, from, to) => {
    let at = from
    while (at < to) {
      if (flow.body > 0) {
        const passed = Math.min(flow.body, to - at)
        flow.body -= passed
        at += passed
        continue
      }
      const begins = beginsRequest(b, at, to)
      if (begins === 'more') break
      if (!begins) return flow.tunnel && b[at] === 22 ? takeTls(b, at, to) : to - from
      const end = headEnd(b, at, to)
      if (end === 0) break
      const head = end < 0 ? null : requestOf(b, at, end)
      if (head === null) return -1
      flow.service = 'http'
      flow.name ||= hostOf(head)
      flow.tunnel = head.method === 'CONNECT'
      flow.body = Math.max(0, head.body)
      flow.requests ??= []
      if (flow.requests.length >= mostWaiting) tellRequest('')
      flow.requests.push({ ...head, ts: packet.frame.ts, record: packet.frame.record })
      at = end
    }
    return at - from
  }

  const takeDns: Taker = (b, from, to) => {
    let at = from
    while (at + 2 <= to) {
      const length = be16(b, at)
      if (length < 12) return -1
      if (at + 2 + length > to) break
      const message = readMessage(b, at + 2, at + 2 + length)
      if (message === null) return -1
      flow.service = 'dns'
      takeMessage(message)
      at += 2 + length
    }
    return at - from
  }

  /** The first bytes of a client say what it speaks. */
  const takeFirst: Taker = (b, from, to) => {
    if (b[from] === 22) {
      const taken = takeTls(b, from, to)
      if (taken === 0) flow.service = 'ssl'
      return taken
    }
    const begins = beginsRequest(b, from, to)
    if (begins === 'more') return 0
    if (!begins) return -1
    flow.service = 'http'
    return takeHttp(b, from, to)
  }

  const feed = (side: Side, take: Taker): void => {
    const { frame, flags, from, to, length } = packet
    // the SYN counts as a byte; with TCP Fast Open it brings data behind that
    const seq = (flags & syn) !== 0 ? (packet.seq + 1) >>> 0 : packet.seq
    if (!takeSegment(side, seq, frame.bytes, from, to, to - from < length, take, budget)) lose(flow)
  }

  const end = (ended: Flow): void => {
    flow = ended
    for (const side of [ended.out, ended.in]) {
      if (side === null || side.done) continue
      if (side.length > 0 || side.held.length > 0) lose(ended)
      close(side, budget)
    }
    if (ended.lookups !== null)
      for (const lookup of ended.lookups.values()) if (!lookup.told) tellLookup(lookup, null, false)
    while (ended.requests !== null && ended.requests.length > 0) tellRequest('')
    if (ended.quic !== null) flow.service = 'quic'
  }

  return {
    end,
    tcp(given, at, outward) {
      flow = given
      packet = at
      const isDns = given.serverPort === port.dns
      const side = outward ? given.out : given.in
      if (side === null) {
        if (!outward && !isDns && given.service !== 'http') return
        const opened = newSide((packet.flags & syn) !== 0 ? (packet.seq + 1) >>> 0 : -1)
        if (outward) given.out = opened
        else given.in = opened
        if (packet.length > 0) feedSide(opened, outward, isDns)
      } else if (!side.done && packet.length > 0) feedSide(side, outward, isDns)
    },
    udp(given, at, outward) {
      flow = given
      packet = at
      const { bytes } = packet.frame
      const { from, to } = packet
      const service = nameServices.get(given.serverPort) ?? nameServices.get(given.clientPort)
      if (service !== undefined) {
        const message = readMessage(bytes, from, to)
        if (to - from < packet.length && !message?.whole) lose(given)
        if (message === null) return
        given.service = service
        takeMessage(message)
        return
      }
      if (given.serverPort === port.server || given.serverPort === port.client) {
        takeDhcp()
        return
      }
      if (!outward || given.service === 'quic' || !isInitial(bytes, from, to)) return
      given.quic ??= newQuic()
      if (given.quic.tries >= mostTries) return
      const hello = takeDatagram(given.quic, bytes, from, to)
      if (hello === null) return
      const { ts, record } = packet.frame
      given.service = 'quic'
      given.name = hello.name
      give.network(record, tlsRow(given, hello, ts, record, given.quic.version))
      given.quic = null
    },
  }

  function feedSide(side: Side, outward: boolean, isDns: boolean): void {
    if (isDns || outward) {
      feed(side, isDns ? takeDns : flow.service === 'http' ? takeHttp : takeFirst)
      return
    }
    const { frame, from, to } = packet
    if (flow.requests !== null && flow.requests.length > 0) {
      const status = statusOf(frame.bytes, from, to)
      // 100 and 103 come before the answer
      if (status !== '' && !/^1(?!01)/.test(status)) tellRequest(status)
    }
  }

  function takeDhcp(): void {
    const { frame, from, to } = packet
    const dhcp = readDhcp(frame.bytes, from, to)
    if (dhcp === null) return
    flow.service = 'dhcp'
    if (dhcp.host !== '' && flow.clientPort === port.client) flow.host ||= dhcp.host
    if (dhcp.leased !== '') give.lease(frame.record, leaseRow(dhcp, frame.ts, frame.record))
  }
}
