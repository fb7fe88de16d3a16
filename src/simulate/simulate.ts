// A fleet with ground truth, written as the files that real sensors and devices write.
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { plainMessage, UserError } from '../model/index.ts'
import type { FleetOptions, Generator, Truth, WorldEvent } from './world.ts'
import { deviceMapText, openAddresses } from './write/addresses.ts'
import { utcDay } from './write/clock.ts'
import { openFiles } from './write/files.ts'
import { type MdmForm, mdmWriter } from './write/mdm.ts'
import { privacyWriter } from './write/privacy.ts'
import { reportWriter } from './write/reports.ts'
import { contactWriter, openLogs } from './write/zeek.ts'
import { lookupWriter } from './write/zeek-dns.ts'

/** Called often: how many of the devices have had something happen, of how many, and how many events there were. */
export type SimulateProgress = (devices: number, of: number, events: number) => void

export type Writing = { readonly mdm: MdmForm; readonly signal?: AbortSignal }

export type Simulated = {
  readonly devices: number
  /** Events by kind. */
  readonly events: Readonly<Record<WorldEvent['kind'], number>>
  readonly truth: Readonly<Record<Truth['kind'], number>>
  readonly files: number
  readonly bytes: number
}

type Addresses = ReturnType<typeof openAddresses>

/**
 * Makes a fleet and writes it into `dir`, which must be empty or not exist: zeek/, devices/, mdm/, devices.csv,
 * truth.jsonl and, last of all, README.txt. The same generator and options give the same bytes. Throws a UserError when
 * the folder is not empty or cannot be written; an Error when the generator breaks its contract.
 */
export async function simulate(
  generator: Generator,
  options: FleetOptions,
  dir: string,
  progress: SimulateProgress = () => {},
  writing: Writing = { mdm: 'webhook' },
): Promise<Simulated> {
  await assertEmpty(dir)
  const first = await writeOnce(generator, options, dir, progress, writing, null)
  if (!first.addresses.late) return first.simulated
  // An address was told after contacts that it concerns. All are known now, and a generator is pure: once more.
  for (const name of await readdir(dir)) await rm(join(dir, name), { recursive: true, force: true })
  return (await writeOnce(generator, options, dir, progress, writing, first.addresses)).simulated
}

async function writeOnce(
  generator: Generator,
  options: FleetOptions,
  dir: string,
  progress: SimulateProgress,
  writing: Writing,
  known: Addresses | null,
): Promise<{ simulated: Simulated; addresses: Addresses }> {
  const files = openFiles(dir)
  const events = { contact: 0, lookup: 0, crash: 0, posture: 0, address: 0 } as Record<WorldEvent['kind'], number>
  for (const kind of ['panic', 'force_reset', 'jetsam', 'cpu', 'disk_writes'] as const) events[kind] = 0
  let made: ReturnType<typeof writers> | null = null
  let seen = 0
  let count = 0

  const writers = (addresses: Addresses) => {
    const { devices } = addresses
    const logsOf = openLogs(files)
    return {
      addresses,
      contact: contactWriter(files, logsOf, options.seed),
      lookup: lookupWriter(files, logsOf, options.seed),
      privacy: privacyWriter(files, devices, options),
      report: reportWriter(files, devices, options.seed),
      posture: mdmWriter(files, devices, options.seed, writing.mdm),
    }
  }
  const out = (event: WorldEvent): void | Promise<void> => {
    if (made === null) throw new Error('the generator told of an event before it told of its devices')
    const { addresses } = made
    const device = addresses.devices[event.device]
    if (device === undefined) throw new Error(`the generator told of device ${event.device}, which it does not have`)
    events[event.kind]++
    seen = Math.max(seen, event.device + 1)
    if (++count % 4096 === 0) {
      writing.signal?.throwIfAborted()
      progress(seen, addresses.devices.length, count)
    }
    switch (event.kind) {
      case 'contact': {
        const row = made.contact(event, addresses.at(event.device, event.ts))
        return (device.privacyReport ? made.privacy.add(event) : undefined) ?? row
      }
      case 'lookup':
        return made.lookup(event, addresses.at(event.device, event.ts))
      case 'posture':
        return made.posture(event)
      case 'address':
        if (known === null) addresses.learn(event)
        return
      default:
        return made.report(event)
    }
  }
  const truth = await generator.generate(
    options,
    (devices) => {
      made = writers(known ?? openAddresses(devices))
    },
    out,
  )
  if (made === null) throw new Error('the generator told of no devices')
  const { addresses, privacy } = made as ReturnType<typeof writers>
  await privacy.finish()
  await files.put('devices.csv', deviceMapText(addresses))
  await files.put('truth.jsonl', truth.map((one) => `${JSON.stringify(one)}\n`).join(''))
  await files.put('README.txt', readme(generator, options, addresses.devices.length))
  const written = await files.finish()
  const told = { attack: 0, decoy: 0, confounder: 0 }
  for (const { kind } of truth) told[kind]++
  return { addresses, simulated: { devices: addresses.devices.length, events, truth: told, ...written } }
}

async function assertEmpty(dir: string): Promise<void> {
  let names: string[]
  try {
    await mkdir(dir, { recursive: true })
    names = await readdir(dir)
  } catch (error) {
    throw new UserError(`${dir} cannot be written.`, plainMessage(error), 'Name a folder that can be made.', {
      cause: error,
    })
  }
  if (names.length > 0)
    throw new UserError(
      `${dir} is not empty.`,
      'A simulated fleet would mix with what lies there.',
      'Name a folder that is empty or does not exist.',
    )
}

const readme = (generator: Generator, { devices, days, seed, start, rates }: FleetOptions, made: number): string =>
  `Everything in this folder is simulated: no device, person, network or attack in it exists. It was made by codling ` +
  `simulate with the generator ${generator.id} for ${devices} devices (${made} made) and ${days} days from ` +
  `${utcDay(start)} (UTC) with seed ${seed} and the rates ${Object.entries(rates)
    .map(([name, value]) => `${name}=${value}`)
    .join(
      ' ',
    )}; the same values give the same files. Read it with: codling scan zeek devices mdm --devices devices.csv. ` +
  `What is to be found, and what only looks like it, stands in truth.jsonl, which no scan should be given.\n`
