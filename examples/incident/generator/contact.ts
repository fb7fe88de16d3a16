// One contact of one client with one destination. The writers turn it into lines of whatever telemetry sees the client.
import type { Site } from './fleet.ts'

type Seen = 'dns' | 'tls' | 'http' | 'flow'

export type Contact = {
  readonly ts: number
  readonly site: Site
  /** Device id, '' for a client that the map does not know. */
  readonly device: string
  /** Address of a client without a device. */
  readonly address?: string
  /** Name contacted; '' where only an address is. */
  readonly host: string
  readonly ip: string
  readonly port: number
  /** Path of an unencrypted request. */
  readonly path?: string
  readonly userAgent?: string
  /** What the sensor at headquarters sees of it. */
  readonly seen: readonly Seen[]
  /** Bundle id where an App Privacy Report can know it; '' for daemons. */
  readonly app: string
  readonly initiated: 'AppInitiated' | 'NonAppInitiated'
  /** Page that a browser contacted it for. */
  readonly page?: string
  readonly bytesOut: number
  readonly bytesIn: number
  /** Id of the scenario or trap that it belongs to. */
  readonly story?: string
}

/** A line in a log, before the logs are put together. */
export type Line = {
  readonly ts: number
  readonly text: string
  /** Table that the line gives a row of; null for lines that are passed over; `bad_record` for a broken one. */
  readonly gives: 'network' | 'device_event' | 'identity_event' | 'bad_record' | null
  readonly story?: string | undefined
  /** Last time in the record, where it stands for a span. */
  readonly until?: number
  /** What the line shows of the contact. */
  readonly kind?: string
}

export const byTime = (a: Line, b: Line): number => a.ts - b.ts || (a.text < b.text ? -1 : a.text > b.text ? 1 : 0)
