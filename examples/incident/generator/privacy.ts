// App Privacy Report v4: what one phone says of its own apps. One object a line; a row sums up all contacts of an app with a name.
import type { Contact, Line } from './contact.ts'
import { random } from './random.ts'
import { dayMs, isoLocal, weekStart } from './time.ts'

/** Phones whose owners switched the report on and sent it in on Sunday. */
export const reporting = [
  'board-iphone-1',
  'board-iphone-2',
  'press-iphone-1',
  'press-iphone-2',
  'finance-iphone-1',
  'field-iphone-1',
] as const

export const reportName = 'App_Privacy_Report_v4_2026-09-20T18_05_11.ndjson'

/** The report is asked for on Sunday at 18:05 local time. */
const exported = weekStart + 6 * dayMs + (16 * 60 + 5) * 60_000

export function privacyReport(seed: number, device: string, contacts: readonly Contact[]): Line[] {
  const r = random(seed, `privacy/${device}`)
  const mine = contacts.filter((c) => c.device === device && c.app !== '' && c.ts < exported)
  const network: Line[] = [...Map.groupBy(mine, (c) => `${c.app} ${c.host || c.ip}`).values()].map((group) => {
    const sorted = group.toSorted((a, b) => a.ts - b.ts)
    const [c, last] = [sorted[0]!, sorted.at(-1)!]
    const tracker = c.host.includes('adgauge')
    return {
      ts: c.ts,
      until: last.ts,
      gives: 'network',
      kind: 'app_domain',
      story: sorted.find((x) => x.story)?.story,
      text: JSON.stringify({
        domain: c.host || c.ip,
        firstTimeStamp: isoLocal(c.ts),
        context: c.page ?? '',
        timeStamp: isoLocal(last.ts),
        domainType: tracker ? 1 : 2,
        initiatedType: c.initiated,
        hits: sorted.length,
        type: 'networkActivity',
        domainOwner: tracker ? 'Adgauge Example Ltd.' : '',
        bundleID: c.app,
        contextVerificationType: c.page ? 1 : 0,
        domainClassification: tracker ? 1 : 2,
      }),
    }
  })
  const access: Line[] = Array.from({ length: r.whole(20, 40) }, () => {
    const ts = weekStart + r.whole(0, 6) * dayMs + r.whole(6 * 3600, 15 * 3600) * 1000 + r.whole(0, 999)
    const app = r.pick(mine).app
    const category = r.pick(['location', 'contacts', 'photos', 'camera', 'microphone'])
    const record = (kind: string, at: number): Line => ({
      ts: at,
      // begin and end of one access are one row
      gives: kind === 'intervalBegin' ? 'device_event' : null,
      text: JSON.stringify({
        accessor: { identifier: app, identifierType: 'bundleID' },
        category,
        identifier: id,
        kind,
        timeStamp: isoLocal(at),
        type: 'access',
      }),
    })
    const id = r.uuid()
    return [record('intervalBegin', ts), record('intervalEnd', ts + r.whole(900, 90_000))]
  }).flat()
  const sorted = (lines: Line[]): Line[] =>
    lines.toSorted((a, b) => (a.until ?? a.ts) - (b.until ?? b.ts) || (a.text < b.text ? -1 : 1))
  return [...sorted(access.filter((x) => x.ts < exported)), ...sorted(network)]
}
