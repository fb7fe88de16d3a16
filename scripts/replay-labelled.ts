// Replays the real labelled samples that lie beside the repository: `node scripts/replay-labelled.ts [part…] [--docs]`.
// Prints the tables; with --docs it writes them into docs/evaluation.md.
import { join } from 'node:path'
import { has, markdownOf } from './replay/data.ts'
import { replayHosts, trackersOf, unknownOf } from './replay/hosts.ts'
import { parts, sectionText, writeSection } from './replay/section.ts'

const asked = process.argv.slice(2)
const names = asked.filter((name) => name !== '--docs')
const strange = names.filter((name) => !(name in parts))

if (strange.length > 0) {
  console.error(`No such part: ${strange.join(', ')}. There are ${Object.keys(parts).join(', ')}.`)
  process.exitCode = 2
} else if (asked.includes('--docs')) {
  const page = join(import.meta.dirname, '../docs/evaluation.md')
  writeSection(page, await sectionText((title) => console.error(title)))
} else {
  for (const name of names.length > 0 ? names : Object.keys(parts)) {
    const part = parts[name]!
    const missing = part.needs.filter((path) => !has(path))
    if (missing.length > 0) {
      console.log(`${part.title}: left out, ${missing.join(', ')} is missing beside the repository\n`)
      continue
    }
    console.log(`${markdownOf(await part.run())}\n`)
    if (name === 'hosts') {
      const hosts = replayHosts()
      const list = (met: readonly { destination: string; apps: number }[]): string =>
        met.map(({ destination, apps }) => `${destination} ${apps}`).join(', ')
      console.log(`Unknown to Codling, met by 10 apps or more: ${list(unknownOf(hosts, 10))}\n`)
      console.log(
        `Trackers according to Disconnect that are unknown: ${list(trackersOf(hosts).unknown.slice(0, 60))}\n`,
      )
    }
  }
}
