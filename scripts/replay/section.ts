// The section “Real labelled data” of docs/evaluation.md: every part, what it means, and what it cannot say.
import { readFileSync, writeFileSync } from 'node:fs'
import { burstsTable, replayBursts, replayRealDns } from './bursts.ts'
import { crashesTable, replayCrashes } from './crashes.ts'
import { has, markdownOf, type TextTable } from './data.ts'
import { flowsTable, replayArgus, replayCapture, replayZeek } from './flows.ts'
import { hostsTable, replayHosts } from './hosts.ts'
import { replayLetters } from './letters.ts'
import { replayLexical } from './lexical.ts'

export type Part = {
  readonly title: string
  /** Below the folder of real samples. */
  readonly needs: readonly string[]
  readonly run: () => Promise<TextTable>
}

export const parts: Readonly<Record<string, Part>> = {
  flows: {
    title: 'Zeek logs, Argus flows, capture',
    needs: ['labelled/slips'],
    run: async () => flowsTable(await replayZeek(), await replayArgus(), replayCapture()),
  },
  letters: {
    title: 'behaviour letters',
    needs: ['labelled/slips'],
    run: async () => replayLetters().table,
  },
  bursts: {
    title: 'generated names in a quiet fleet',
    needs: ['labelled/dga', 'nsm-logs'],
    run: async () => burstsTable(await replayBursts(), await replayRealDns()),
  },
  lexical: { title: 'letters of generated names', needs: ['labelled/dga'], run: async () => replayLexical().table },
  hosts: {
    title: 'hosts of iOS apps',
    needs: ['labelled/ios-app-traffic', 'tuning/disconnect'],
    run: async () => hostsTable(replayHosts()),
  },
  crashes: {
    title: 'crash reports by cause',
    needs: ['ios-crash'],
    run: async () => crashesTable(await replayCrashes()),
  },
}

export const heading = '## Real labelled data'

/** Judgements only: numbers stand in the tables, which are worked out. */
const meaning = [
  '**None of this is AN1756 on real attacks.** No public data hold network and crashes of the same iPhones with a label. What is replayed are its parts: readers, regularity, generated names, classes of names and crashes. The recall stated above rests on simulated fleets alone.',
  '**Regularity does not hold on the real command channels that are here**: on the behaviour letters it ranks them no better than chance, and lower still once a pair has been active for four hours; RITA and Elastic rank them better. That Codling is ahead of both in every cell of the simulated grid above is not confirmed by this set. Two reasons are visible. Real bots poll in bursts of several connections, which one timer with jitter does not describe: counting contacts within ten minutes as one wake helps (the candidate row; found on this very set, so a hypothesis and no result, and it costs on simulated channels). And captures of bots run for days, normal ones for minutes: the mere length of a pair is ahead of every scorer on command channels, so that the lead of the peers says little about regularity either. Active hours, the signal that AN1756 gives most weight, holds. All rests on few hosts: mind the second interval.',
  '**Short captures say nothing about timers.** The Zeek logs last eight minutes, the capture one; Codling counts minutes and asks for four of them, and asks for days before it speaks at all.',
  '**Generated names are seen by their number, whatever their letters**, as long as each has a registrable domain of its own. Families that put them below dynamic DNS are not seen at all: the signal leaves out names of a known class. That is a gap of the product.',
  '**The score of letters is not taken into the product.** It tells names drawn by lot from ordinary ones and fails on names made of words, where it is worse than chance; the count of failing names sees both, and made no false surprise that letters could have prevented.',
  '**Crash classes follow the published causes** of the reports that have a header. Panics of exploits that are printed in write-ups have none and are not read. Ordinary crashes prove nothing about exploits: none of those that are read is one.',
]

/** Reads nothing but the real samples; throws where some are missing: a part of the section would be none. */
export async function sectionText(progress: (title: string) => void): Promise<string> {
  const missing = Object.values(parts).flatMap(({ needs }) => needs.filter((path) => !has(path)))
  if (missing.length > 0) throw new Error(`These samples are missing beside the repository: ${missing.join(', ')}`)
  const tables: TextTable[] = []
  for (const { title, run } of Object.values(parts)) {
    progress(title)
    tables.push(await run())
  }
  return `${[
    heading,
    'Written by `node scripts/replay-labelled.ts --docs`; do not edit the numbers. It needs the folder of real samples beside the repository (`../shared/data`); none of them is part of it. The same samples give the same numbers. Intervals are of 95 %: AUROC after DeLong, shares after Wilson, and where said by drawing whole source hosts.',
    meaning.map((line) => `- ${line}`).join('\n'),
    ...tables.map(markdownOf),
  ].join('\n\n')}\n`
}

/** Puts the section at the end of the page, in place of the one that stands there. `codling evaluate --docs` leaves it out. */
export function writeSection(page: string, section: string): void {
  const text = readFileSync(page, 'utf8')
  const at = text.indexOf(`\n${heading}\n`)
  writeFileSync(page, `${(at < 0 ? text : text.slice(0, at)).trimEnd()}\n\n${section}`)
}
