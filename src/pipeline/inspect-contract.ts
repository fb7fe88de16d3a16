// The JSON documents that `codling inspect --json` and `codling formats --json` write. Declared once, here.
import { z } from 'zod'
import { sourceResultSchema } from './contract.ts'

const inspectedSourceSchema = sourceResultSchema.omit({ coverage: true, known: true }).extend({
  title: z.string().nullable().describe('of the format; null: no format recognised it'),
  format_version: z.number().int().nullable(),
  variant: z.string().nullable().describe('spelling of a text format that the engine parses'),
  answers: z
    .array(z.object({ format: z.string(), answer: z.enum(['yes', 'maybe']) }))
    .describe(
      'formats that recognised it, in the order in which they were asked; the first yes is taken, else the first maybe',
    ),
  asked: z.number().int().describe('formats that were asked; those that are not under answers said no'),
  repeats: z.boolean().describe('the same content came before in this file: nothing was read again'),
  shares: z.record(z.string(), z.number()).describe('share of rows, 0–1, that hold device, user, app …'),
  blind: z.array(z.string()).describe('what this telemetry cannot show'),
  tables: z
    .array(
      z.object({
        table: z.string(),
        rows: z.array(z.record(z.string(), z.unknown())).describe('the first rows, without empty columns'),
      }),
    )
    .describe('of each table that was filled'),
  looks: z.string().nullable().describe('of what no format recognised: what it looks like'),
  map: z.boolean().describe('codling map --suggest can propose how to read it'),
})

export const inspectSchema = z.object({
  schema: z.literal('codling.inspect/1'),
  codling: z.object({ version: z.string() }),
  files: z.array(
    z.object({
      path: z.string(),
      sources: z.array(inspectedSourceSchema).describe('the file, or the members of the archive or folder'),
    }),
  ),
})

const claimSchema = z.object({
  table: z.string(),
  time: z.object({ means: z.string(), precision: z.string(), zone: z.string() }),
  always: z.array(z.string()).describe('columns that every row fills'),
  sometimes: z.array(z.string()).describe('columns that some rows fill'),
  blind: z.array(z.string()).describe('what it cannot show'),
  attack: z.array(z.object({ data_component: z.string(), log_source: z.string() })),
})

export const formatsSchema = z.object({
  schema: z.literal('codling.formats/1'),
  codling: z.object({ version: z.string() }),
  formats: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      version: z.number().int(),
      names: z.array(z.string()).describe('usual file names'),
      parsed_by: z.enum(['engine', 'code']),
      variants: z.array(z.string()).describe('spellings of a text format'),
      one_device: z.boolean().describe('its folder may name the device'),
      claims: z.array(claimSchema),
    }),
  ),
})

export type InspectResult = z.infer<typeof inspectSchema>
export type InspectedSource = z.infer<typeof inspectedSourceSchema>
export type FormatsResult = z.infer<typeof formatsSchema>
