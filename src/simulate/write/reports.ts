// Diagnostic reports in the folder of their device, under the names that iOS gives them.
import type { Crash, Device, Restart } from '../world.ts'
import { fileStamp, zoneOf } from './clock.ts'
import { crashReport } from './crash.ts'
import { type Files, pathPart } from './files.ts'
import { systemReport } from './system.ts'

/** Writes each report as a file of its own. Two of one name in one second get a number, as iOS does. */
export function reportWriter(
  files: Files,
  devices: readonly Device[],
  seed: number,
): (event: Crash | Restart) => Promise<void> {
  const names = new Map<string, number>()
  return async (event) => {
    const device = devices[event.device]!
    const zone = zoneOf(seed, device)
    const { name, at, text } =
      event.kind === 'crash'
        ? { name: event.process, ...crashReport(event, device, seed, zone) }
        : systemReport(event, device, seed, zone)
    const path = `devices/${pathPart(device.name)}/${pathPart(name)}-${fileStamp(at, zone)}`
    const before = names.get(path) ?? 0
    names.set(path, before + 1)
    await files.put(`${path}${before === 0 ? '' : `.${String(before).padStart(3, '0')}`}.ips`, text, at)
  }
}
