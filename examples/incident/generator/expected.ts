// expected.json: what a scan of the example must say. Made from the story and from where its lines ended up.
import type { Line } from './contact.ts'
import type { DataFile, Made } from './files.ts'
import { strangers } from './fleet.ts'
import { intelTruth } from './intel.ts'
import { stories } from './story.ts'
import type { Story } from './telling.ts'
import { iso } from './time.ts'

type Place = { readonly source: string; readonly record: number; readonly kind: string }

/** Lines of a story with their place. A line that stands in two files is one record: the first place counts, `also` names the second. */
function evidenceOf(files: readonly DataFile[], story: Story) {
  const seen = new Map<Line, Place & { also?: Omit<Place, 'kind'> }>()
  for (const file of files) {
    for (const [i, line] of file.lines.entries()) {
      if (line.story !== story.id || line.gives !== 'network') continue
      const place = { source: `data/${file.path}`, record: i + 1 }
      const known = [...seen.keys()].find((x) => x.text === line.text)
      if (known) seen.get(known)!.also = place
      else seen.set(line, { ...place, kind: line.kind ?? '' })
    }
  }
  return [...seen].toSorted(([a], [b]) => a.ts - b.ts)
}

function findingOf(made: Made, story: Story) {
  const c = story.contacts[0]!
  // on a shared host only the request for the listed URL is evidence, not the look-up of the host
  const evidence = evidenceOf(made.files, story).filter(([, place]) => !c.path || place.kind === 'http')
  const truth = story.truth!
  return {
    id: story.id,
    why: story.why,
    analytic: 'AN1700',
    severity: truth.severity,
    device: c.device || null,
    address: c.device ? null : c.address,
    user: made.fleet.find((d) => d.id === c.device)?.user ?? null,
    group: made.fleet.find((d) => d.id === c.device)?.group ?? null,
    app: truth.app,
    attribution: truth.app ? 'on_device_report' : null,
    destination: c.path ? `http://${c.host}${c.path}` : c.host || c.ip,
    indicator: truth.indicator,
    families: truth.families,
    retroactive: truth.retroactive ?? false,
    caveats: truth.caveats,
    contacts: story.contacts.length,
    first_seen: iso(Math.min(...evidence.map(([x]) => x.ts))),
    last_seen: iso(Math.max(...evidence.map(([x]) => x.until ?? x.ts))),
    evidence: evidence.map(([, place]) => place),
  }
}

function sourcesOf(files: readonly DataFile[]) {
  const stored = new Set<string>()
  return files.map((file) => {
    const rows: Record<string, number> = {}
    const repeated: Record<string, number> = {}
    for (const line of file.lines) {
      if (line.gives === null || line.gives === 'bad_record') continue
      // Reports have no lines: each is one record.
      const again = line.text !== '' && stored.has(`${file.format} ${line.text}`)
      stored.add(`${file.format} ${line.text}`)
      const to = again ? repeated : rows
      to[line.gives] = (to[line.gives] ?? 0) + 1
    }
    const bad = file.lines.filter((x) => x.gives === 'bad_record').length
    const truncated = file.truncated === true
    const problems = { ...(bad ? { bad_record: bad } : {}), ...(truncated ? { truncated: 1 } : {}) }
    return {
      path: `data/${file.path}`,
      format: file.format,
      status: file.format === null ? 'unclaimed' : bad || truncated ? 'partial' : 'ok',
      rows,
      repeated,
      problems,
      passed_over: file.lines.filter((x) => x.gives === null).length,
      ...(file.note ? { note: file.note } : {}),
    }
  })
}

export function expectedOf(made: Made) {
  const of = (expect: Story['expect']): readonly Story[] => stories.filter((s) => s.expect === expect)
  const sources = sourcesOf(made.files)
  const total = (what: 'rows' | 'problems'): Record<string, number> => {
    const sum: Record<string, number> = {}
    for (const s of sources) for (const [k, n] of Object.entries(s[what])) sum[k] = (sum[k] ?? 0) + (n as number)
    return sum
  }
  return {
    command:
      'codling scan examples/incident/data --intel examples/incident/intel --devices examples/incident/devices.csv',
    notes: [
      'One finding for each device (or address) and indicator. Times are those of the evidence.',
      'evidence: also = the same record in an overlapping file. It counts once, wherever it is read first.',
      'sources: rows = records stored where the files are read in order of their paths; repeated = records that an earlier file holds; passed_over = lines that are neither row nor problem (comments, headers, answers, ends of an access).',
      'Each contact of an App Privacy Report is one row, and so are begin and end of an access together; each Jetsam report has one killed process.',
      'quiet: no finding, no lead and no history may come from these contacts.',
    ],
    findings: of('finding').map((s) => findingOf(made, s)),
    history: of('history').map((s) => findingOf(made, s)),
    quiet: of('quiet').map((s) => ({
      id: s.id,
      why: s.why,
      devices: [...new Set(s.contacts.map((c) => c.device))],
      destinations: [...new Set(s.contacts.map((c) => (c.path ? `http://${c.host}${c.path}` : c.host || c.ip)))],
    })),
    devices: {
      named: made.fleet.map((d) => d.id),
      addresses_without_device: Object.values(strangers).map((s) => s.address),
    },
    intel: intelTruth,
    totals: { rows: total('rows'), problems: total('problems') },
    sources,
  }
}

const lineWidth = 120

/** JSON in the form that the linter keeps: objects a member a line, arrays of plain values on one line where they fit. `key` stands before the value. */
export function printJson(value: unknown, indent = '', key = ''): string {
  const inner = `${indent}  `
  if (Array.isArray(value)) {
    if (value.length === 0) return `${key}[]`
    if (value.every((x) => typeof x !== 'object' || x === null)) {
      const flat = `${key}[${value.map((x) => JSON.stringify(x)).join(', ')}]`
      // The last column is for a comma.
      if (indent.length + flat.length < lineWidth) return flat
    }
    return `${key}[\n${value.map((x) => inner + printJson(x, inner)).join(',\n')}\n${indent}]`
  }
  if (typeof value !== 'object' || value === null) return key + JSON.stringify(value)
  const members = Object.entries(value).filter(([, x]) => x !== undefined)
  if (members.length === 0) return `${key}{}`
  return `${key}{\n${members.map(([k, x]) => inner + printJson(x, inner, `${JSON.stringify(k)}: `)).join(',\n')}\n${indent}}`
}
