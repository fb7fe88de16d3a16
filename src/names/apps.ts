// Names of apps and processes.
import { browserBundles, browserProcesses } from './data/browsers.ts'

const bundles: ReadonlySet<string> = new Set(browserBundles.map((id) => id.toLowerCase()))

/**
 * Names of processes are cut at 15 bytes by Linux (TASK_COMM_LEN) and 16 by Apple (MAXCOMLEN): flows and packet metadata
 * hold the cut name, crash reports the whole one.
 */
const CUTS: ReadonlySet<number> = new Set([15, 16])

/**
 * Can both be the name of one process? Equal, or one is the other cut at 15 or 16 bytes. `com.apple.WebKit` may therefore
 * be `com.apple.WebKit.Networking` as well as `.WebContent`. Case counts; '' is no name.
 */
export function sameProcess(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a]
  if (short === long) return short !== ''
  return long.startsWith(short) && CUTS.has(Buffer.byteLength(short))
}

/**
 * Is it a browser, or a process that shows web pages for one (Safari, a web view, Chrome …)? Then a contact is a visit.
 * It words and scores a finding, and must never excuse one: a known implant calls itself `com.apple.WebKit.Networking`.
 */
export function isBrowser(bundleIdOrProcess: string): boolean {
  return (
    bundles.has(bundleIdOrProcess.toLowerCase()) ||
    browserProcesses.some((name) => sameProcess(name, bundleIdOrProcess))
  )
}
