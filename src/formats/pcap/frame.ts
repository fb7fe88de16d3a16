// What the parts of the reader hand to each other. Both values exist once a capture and are filled anew for each packet.
import type { Micros, Problem } from '../../model/index.ts'

/** A packet as the file holds it: `bytes` from `from` to `to`. */
export type Frame = {
  bytes: Buffer
  from: number
  to: number
  /** Length on the wire, from the link layer on; more than was captured where a snap length cut it. */
  wire: number
  /** 0: the file gives none. */
  ts: Micros
  /** Number of the packet in the file, from 1. */
  record: number
  /** Link-layer type (tcpdump.org/linktypes.html). */
  link: number
  /** Position in the file. */
  byte: number
  /** Name of the interface; '' where the file does not state it. */
  iface: string
  /** Options of a pcapng packet block; equal where it has none. */
  optionsFrom: number
  optionsTo: number
  little: boolean
  /** PKTAP header before the packet; -1: none. */
  pktap: number
}

/** What of a frame is IP: positions in `frame.bytes`. */
export type Packet = {
  frame: Frame
  v6: boolean
  /** Source and destination address; -1 beside the MAC addresses: the link layer has none. */
  src: number
  dst: number
  srcMac: number
  dstMac: number
  protocol: number
  srcPort: number
  dstPort: number
  flags: number
  seq: number
  /** Payload that was captured, and how long it was on the wire. */
  from: number
  to: number
  length: number
}

export type Tell = (code: Problem['code'], record: number, byte: number, detail: string) => void

export const newFrame = (): Frame => ({
  bytes: Buffer.alloc(0),
  from: 0,
  to: 0,
  wire: 0,
  ts: 0,
  record: 0,
  link: 0,
  byte: 0,
  iface: '',
  optionsFrom: 0,
  optionsTo: 0,
  little: true,
  pktap: -1,
})

export const newPacket = (frame: Frame): Packet => ({
  frame,
  v6: false,
  src: 0,
  dst: 0,
  srcMac: -1,
  dstMac: -1,
  protocol: 0,
  srcPort: 0,
  dstPort: 0,
  flags: 0,
  seq: 0,
  from: 0,
  to: 0,
  length: 0,
})
