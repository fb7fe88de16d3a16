// What a generator says happened. Writers turn it into the formats that real sensors and devices write; a generator
// knows nothing of them, nor of what detects.
import type { Micros } from '../model/index.ts'

export type FleetOptions = {
  readonly devices: number
  readonly days: number
  /** Everything that happens comes from it: the same seed gives the same fleet. */
  readonly seed: number
  /** First midnight, UTC. */
  readonly start: Micros
  readonly rates: Rates
}

/** How much of each; the defaults are those that the evaluation is stated with. */
export type Rates = {
  /** Share of the devices that are attacked, each once. */
  readonly attacked: number
  /** Share of the attacks whose crash looks ordinary (an abort, a null pointer). */
  readonly ordinary: number
  /** Share of the attacks whose hosts are cloud tenants or names that the fleet knows. */
  readonly hidden: number
  /** Share of the devices with each decoy: network alone, crash alone, wrong order, outside the window. */
  readonly decoys: number
  /** Benign crashes a device-week. */
  readonly crashes: number
  /** Share of sessions that fail for no reason. */
  readonly failures: number
  /** Share of the devices that use a private service regularly, with uploads. */
  readonly services: number
  /** Multiplies the ordinary traffic of all devices. */
  readonly traffic: number
}

export const defaultRates: Rates = {
  attacked: 0.08,
  ordinary: 0.3,
  hidden: 0.3,
  decoys: 0.05,
  crashes: 0.6,
  failures: 0.03,
  services: 0.33,
  traffic: 1,
}

/** A device of the fleet. Its crash-reporter key and serial number tie its reports to it. */
export type Device = {
  /** As the map of devices names it, such as `sales-iphone-014`. */
  readonly name: string
  readonly user: string
  readonly group: string
  /** Address in the network that the sensor watches; addresses that change come as `Address` events. */
  readonly address: string
  readonly mac: string
  readonly serial: string
  readonly udid: string
  readonly crashReporterKey: string
  /** iPhone15,2 … */
  readonly model: string
  /** Its owner switched the App Privacy Report on, and it is collected each week. */
  readonly privacyReport: boolean
}

export type Outcome = 'closed' | 'open' | 'unanswered' | 'refused' | 'reset' | 'malformed'

/** One connection that the sensor saw: flow, and where it speaks TLS, QUIC or HTTP the name in it. */
export type Contact = {
  readonly kind: 'contact'
  readonly ts: Micros
  readonly device: number
  /** Bundle id; '' for a daemon. Reaches the App Privacy Report only. */
  readonly app: string
  /** SNI or Host; '' where none is sent (an address alone, a protocol without names). */
  readonly host: string
  readonly address: string
  readonly port: number
  readonly transport: 'tcp' | 'udp'
  /** What the sensor recognises; '' when nothing. */
  readonly service: 'ssl' | 'http' | 'quic' | 'dns' | 'ntp' | 'smb' | 'ssh' | 'rdp' | 'ldap' | 'krb' | 'ipp' | ''
  /** µs */
  readonly duration: number
  readonly bytesOut: number
  readonly bytesIn: number
  readonly outcome: Outcome
  /** A person asked for it (App Privacy Report: `initiatedType`). */
  readonly byUser: boolean
  /** Name of the page or content, for the report’s `context`. */
  readonly context?: string
}

/** One DNS question. Not every contact has one: answers are cached. */
export type Lookup = {
  readonly kind: 'lookup'
  readonly ts: Micros
  readonly device: number
  readonly host: string
  readonly type: 'A' | 'AAAA' | 'HTTPS' | 'TXT' | 'NULL' | 'CNAME' | 'PTR' | 'SRV' | 'MX'
  readonly code: 'NOERROR' | 'NXDOMAIN' | 'SERVFAIL' | 'REFUSED'
  readonly answers: readonly string[]
}

/** Why a process ended. `abort` is EXC_CRASH SIGABRT; the memory classes are EXC_BAD_ACCESS; `guard` is EXC_GUARD. */
export type CrashClass =
  | 'abort'
  | 'trap'
  | 'null'
  | 'wild'
  | 'protection'
  | 'pac'
  | 'outside'
  | 'mte'
  | 'guard'
  | 'watchdog'

export type Crash = {
  readonly kind: 'crash'
  readonly ts: Micros
  readonly device: number
  readonly process: string
  /** Bundle id; of a daemon mostly ''. */
  readonly app: string
  readonly appVersion: string
  readonly firstParty: boolean
  readonly class: CrashClass
  /** 'iPhone OS 18.6.2 (22G100)' */
  readonly os: string
  readonly locked: boolean
}

export type Restart = {
  readonly kind: 'panic' | 'force_reset' | 'jetsam' | 'cpu' | 'disk_writes'
  readonly ts: Micros
  readonly device: number
  readonly os: string
  /** Process that was ended, or that used the resource; '' for panic and reset. */
  readonly process: string
  /** Text of the panic. */
  readonly text: string
}

export type Profile = {
  readonly identifier: string
  readonly uuid: string
  readonly name: string
  readonly organization: string
  readonly managed: boolean
  /** Payload types, such as com.apple.security.root, com.apple.vpn.managed. */
  readonly payloads: readonly string[]
}

export type Certificate = { readonly commonName: string; readonly identity: boolean; readonly der: string }

export type InstalledApp = {
  readonly identifier: string
  readonly name: string
  readonly version: string
  readonly managed: boolean
}

/** What a device answered to the management server at one time: the whole state, as MDM gives it. */
export type Posture = {
  readonly kind: 'posture'
  readonly ts: Micros
  readonly device: number
  readonly osVersion: string
  readonly osBuild: string
  readonly passcode: boolean
  readonly lockdownMode: boolean
  readonly supervised: boolean
  readonly profiles: readonly Profile[]
  readonly certificates: readonly Certificate[]
  readonly apps: readonly InstalledApp[]
}

/** From then on the device has this address. */
export type Address = {
  readonly kind: 'address'
  readonly ts: Micros
  readonly device: number
  readonly address: string
}

export type WorldEvent = Contact | Lookup | Crash | Restart | Posture | Address

/** One line of truth.jsonl. Attacks are to be found; decoys and confounders look like a part of one and are not. */
export type Truth = {
  readonly id: string
  readonly kind: 'attack' | 'decoy' | 'confounder'
  /** zero_click | drive_by | slow_channel | lateral | dns_tunnel; decoys and confounders under their own names. */
  readonly scenario: string
  /** Name of the device; '' when it is about the fleet. */
  readonly device: string
  /** First and last moment of it. ISO 8601 UTC. */
  readonly start: string
  readonly end: string
  /** Of an attack: its effect (crash, reset, change of security context). ISO 8601 UTC. */
  readonly effect: string | null
  /** Names and addresses that take part. */
  readonly hosts: readonly string[]
  /** Facts about how hard it is: `ordinary`, `hidden`, the interval of a channel … */
  readonly notes: Readonly<Record<string, string | number | boolean>>
}

/** Takes events in any order; a promise asks the generator to wait. */
export type WorldOut = (event: WorldEvent) => void | Promise<void>

/** A way of making fleets. Pure: the same options give the same events, in the same order. */
export type Generator = {
  readonly id: string
  readonly title: string
  /** Devices first; then everything that happens to them. Memory bounded by one device, not by the fleet. */
  generate(
    options: FleetOptions,
    begin: (devices: readonly Device[]) => void | Promise<void>,
    out: WorldOut,
  ): Promise<Truth[]>
}
