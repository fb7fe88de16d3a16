// The JSON document that `codling scan --json` writes, `--report` draws and the API serves.
// Declared once, here: types, validation and docs/generated/scan.schema.json come from it.
import { z } from 'zod'
import { severities } from '../model/index.ts'

const iso = z.string().describe('ISO 8601 UTC')
const nullableText = z.string().nullable()

export const evidenceSchema = z.object({
  source: z.string().describe('path as the user gave it; members of archives as archive!member'),
  record: z.number().int().describe('line or record number, from 1'),
  ts: iso,
  raw: z.string().describe('the record as it stands in the source'),
})

const measureSchema = z.object({
  name: z.string(),
  unit: z.enum(['hours', 'contacts', 'bytes', 'services', 'names', 'questions']),
  seen: z.number(),
  half: z.number().describe('half of what it is compared with stays at or below'),
  ninety: z.number().describe('90 of 100 stay at or below'),
  ninety_nine: z.number().describe('99 of 100 stay at or below'),
  least: z.number().describe('usual values below it are not told apart; 0: all are'),
})

export const baselineSchema = z.object({
  expected: z.number().describe('chains at least as odd that chance brings to this fleet in this time'),
  allowed: z.number().describe('chains that the alert budget lets chance bring'),
  contact: iso,
  effect: iso,
  compared: z.string().describe('what the measures are compared with'),
  size: z.number().int().describe('how many of these the fleet has'),
  measures: z.array(measureSchema),
  course: z
    .object({ what: z.string(), from: iso, hours: z.array(z.number()) })
    .describe('what was counted in each hour, from the one that begins at `from` on'),
})

export const findingSchema = z.object({
  id: z.string().describe('hash of analytic, device (or address) and indicator: a later scan finds it again'),
  analytic: z.string(),
  version: z.number().int(),
  title: z.string(),
  severity: z.enum(severities),
  score: z.number().min(0).max(1).describe('calibrated probability that the finding is true'),
  new: z.boolean().describe('not known to the store before this scan'),
  device: z.object({
    id: nullableText,
    name: nullableText,
    group: nullableText,
    address: nullableText,
    identified_by: nullableText,
  }),
  user: nullableText,
  app: nullableText,
  process: nullableText,
  attribution: nullableText.describe(
    'on_device_report | packet_metadata | per_app_vpn; null: app and process are not known',
  ),
  destination: z
    .object({ value: z.string().describe('normalised'), raw: z.string().describe('as first seen'), kind: z.string() })
    .nullable(),
  first_seen: iso,
  last_seen: iso,
  count: z.number().int(),
  indicator: z
    .object({
      id: z.string(),
      kind: z.string(),
      value: z.string(),
      families: z.array(z.string()),
      feeds: z.array(z.string()),
      state_at_event: z.string(),
      valid_from: iso.nullable(),
      valid_until: iso.nullable(),
      confidence: z.number().nullable(),
    })
    .nullable(),
  retroactive: z.boolean().describe('the contact came before the indicator’s valid_from'),
  links: z.array(
    z.object({
      kind: z.string(),
      ts: iso,
      text: z.string(),
      probability: z.number().nullable(),
      evidence: z.array(evidenceSchema),
    }),
  ),
  evidence: z.array(evidenceSchema),
  caveats: z.array(z.object({ code: z.string(), text: z.string() })),
  state: z
    .enum(['provisional', 'confirmed', 'withdrawn'])
    .optional()
    .describe('AN1756: provisional until a day of telemetry follows the contact; withdrawn ones stand under history'),
  baseline: baselineSchema.optional().describe('AN1756: what is usual in this fleet beside what was seen'),
})

export const sourceResultSchema = z.object({
  path: z.string(),
  format: nullableText,
  status: z.enum(['ok', 'partial', 'failed', 'skipped', 'unclaimed']),
  known: z.boolean().describe('its content was in the store before this scan'),
  rows: z.record(z.string(), z.number().int()).describe('rows of this source as stored, by table'),
  problems: z.record(z.string(), z.number().int()),
  samples: z
    .array(
      z.object({
        code: z.string(),
        record: z.number().int(),
        byte: z.number().int(),
        detail: z.string(),
        sample: z.string(),
      }),
    )
    .describe('some of its problems, with their position'),
  first: iso.nullable(),
  last: iso.nullable(),
  bytes: z.number().int().describe('decompressed'),
  coverage: z.object({
    shares: z.record(z.string(), z.number()).describe('share of rows, 0–1, that hold device, user, app …'),
    gaps: z.array(z.object({ from: iso, to: iso })).describe('silences that stand out, at most 20'),
    blind: z.array(z.string()).describe('what this telemetry cannot show'),
    clock: z
      .object({
        against: z.string().describe('what its clock was compared with'),
        ahead: z.number().describe('s it is ahead, by the median; negative: behind'),
        low: z.number().describe('s, lower quartile'),
        high: z.number().describe('s, upper quartile'),
        matches: z.number().int().describe('contacts that both tell; 0: times after the moment when it was read'),
      })
      .nullable()
      .optional()
      .describe('null: not estimated'),
  }),
})

export const scanSchema = z.object({
  schema: z.literal('codling.scan/1'),
  codling: z.object({ version: z.string() }),
  started: iso,
  finished: iso,
  sources: z.array(sourceResultSchema),
  findings: z.array(findingSchema).describe('about the sources named, old and new'),
  history: z
    .array(findingSchema)
    .describe('matches with indicators that had ended when the contact happened, and sequences that were withdrawn'),
  leads: z.array(findingSchema),
  blind: z.array(z.object({ analytic: z.string(), reason: z.string(), remedy: z.string() })),
  totals: z.object({
    sources: z.record(z.string(), z.number().int()).describe('sources by status'),
    rows: z.record(z.string(), z.number().int()),
    problems: z.record(z.string(), z.number().int()),
    bytes: z.number().int(),
    findings: z.record(z.string(), z.number().int()).describe('findings by severity'),
    new_findings: z.number().int(),
    devices: z.number().int().describe('devices seen, by name or id; addresses without one are not counted'),
    addresses: z.number().int().describe('addresses seen that no device could be told for'),
    indicators: z.object({
      loaded: z.number().int(),
      rejected: z.number().int(),
      review: z.number().int().describe('refused into review, e.g. shared suffixes'),
      feeds: z.array(
        z.object({
          path: z.string(),
          format: nullableText,
          indicators: z.number().int(),
          rejected: z.number().int(),
          review: z.number().int(),
          problems: z.array(
            z.object({ record: z.number().int(), code: z.string(), detail: z.string(), sample: z.string() }),
          ),
        }),
      ),
    }),
    first: iso.nullable(),
    last: iso.nullable(),
  }),
})

export type ScanResult = z.infer<typeof scanSchema>
export type SourceResult = z.infer<typeof sourceResultSchema>
export type ScanFinding = z.infer<typeof findingSchema>
