// A mapping file: how the operator says what the fields of their own NDJSON or CSV mean.
import { parse, stringify } from 'yaml'
import { z } from 'zod'
import { network, plainMessage, UserError } from '../../model/index.ts'
import { timePattern } from './time.ts'

/** Columns of `network` that a map may fill; the rest is stamped, or worked out from these. */
export const mappable = Object.keys(network.columns).filter(
  (column) => !['source', 'record', 'raw', 'ts', 'kind', 'domain_raw'].includes(column),
)

export const timeFormats = ['iso', 'epoch', 'epoch_s', 'epoch_ms', 'epoch_us', 'epoch_ns'] as const

const part = z.string().min(1).max(200)
/** `dns.question.name`, or a list of parts where a name holds a dot. */
const path = z
  .union([part, z.array(part).min(1).max(8)])
  .describe('field, its parts separated by dots; or a list of parts')

const field = z.union([
  path,
  z.strictObject({
    field: path,
    values: z
      .record(z.string(), z.string())
      .optional()
      .describe('value in the log → value in the table; others are kept'),
    scale: z.number().positive().optional().describe('numbers are multiplied by this: 1000 turns ms into µs'),
  }),
])

const zone = z.string().refine(isZone, 'is not a time zone such as UTC or Europe/Berlin')

const mapSchema = z
  .strictObject({
    name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must be lower-case letters, digits and - only'),
    title: z.string().min(1).max(200).optional(),
    match: z
      .strictObject({
        files: z.array(z.string().min(1)).default([]).describe('file names, * and ? allowed'),
        fields: z.array(path).default([]).describe('fields that must be there'),
      })
      .refine((match) => match.files.length + match.fields.length > 0, 'needs files or fields'),
    kind: z.enum(['ndjson', 'csv']),
    delimiter: z.enum([',', ';', '\t', '|']).default(','),
    header: z.boolean().default(true).describe('csv: the first line names the columns'),
    columns: z.array(part).default([]).describe('csv without header: names of the columns in order'),
    contact: z.enum(['dns', 'flow', 'tls', 'http', 'app_domain']),
    time: z.strictObject({
      field: path,
      format: z
        .string()
        .refine((format) => (timeFormats as readonly string[]).includes(format) || timePattern(format) !== null, {
          error: `must be ${timeFormats.join(', ')}, or a pattern such as %d.%m.%Y %H:%M:%S`,
        }),
      zone: zone.optional().describe('of times that state none; default UTC'),
      means: z.string().min(1).max(200).default('the time in the record'),
    }),
    fields: z.partialRecord(z.enum(mappable as [string, ...string[]]), field),
    constants: z
      .partialRecord(z.enum(mappable as [string, ...string[]]), z.union([z.string(), z.number()]))
      .default({}),
  })
  .refine((map) => map.kind === 'ndjson' || map.header || map.columns.length > 0, {
    path: ['columns'],
    error: 'a CSV without header needs the names of its columns',
  })

export type FieldMap = z.infer<typeof mapSchema>
export type FieldPath = z.infer<typeof path>

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '' && !/^[+-]/.test(name)
  } catch {
    return false
  }
}

export const partsOf = (given: FieldPath, kind: FieldMap['kind']): string[] =>
  Array.isArray(given) ? given : kind === 'csv' ? [given] : given.split('.')

export type MappedField = {
  readonly column: string
  readonly parts: string[]
  readonly values: Record<string, string>
  readonly scale: number
}

/** The fields of a map in one shape, in the order of the table. */
export function mappedFields(map: FieldMap): MappedField[] {
  return mappable.flatMap((column) => {
    const given = map.fields[column]
    if (given === undefined) return []
    const long = typeof given === 'string' || Array.isArray(given) ? { field: given } : given
    return [{ column, parts: partsOf(long.field, map.kind), values: long.values ?? {}, scale: long.scale ?? 1 }]
  })
}

/**
 * Reads a mapping file (YAML or JSON). `path` is only named in messages.
 * Throws UserError with the place and the remedy when it is not one.
 */
export function parseMap(text: string, path: string): FieldMap {
  let value: unknown
  try {
    value = parse(text.replace(/^\ufeff/, ''), { maxAliasCount: 20 })
  } catch (error) {
    throw new UserError(
      `The map ${path} is not YAML or JSON.`,
      plainMessage(error),
      'Correct that line, or let `codling map --suggest FILE` write a map.',
      { cause: error },
    )
  }
  const result = mapSchema.safeParse(value)
  if (!result.success)
    throw new UserError(
      `The map ${path} cannot be used.`,
      result.error.issues.map(issueText).join('; '),
      `Correct it. Columns that can be filled: ${mappable.join(', ')}.`,
    )
  const map = result.data
  const wrong = clash(map)
  if (wrong)
    throw new UserError(`The map ${path} cannot be used.`, wrong, 'Name the field that holds the value itself.')
  return map
}

const issueText = (issue: z.core.$ZodIssue): string => {
  const where = issue.path.map(String).join('.') || 'the map'
  if (issue.code === 'unrecognized_keys') return `${where}: unknown ${issue.keys.map((key) => `“${key}”`).join(', ')}`
  return `${where}: ${issue.message}`
}

/** A JSON field cannot be a value and an object in one map. Null when all is well. */
function clash(map: FieldMap): string | null {
  if (map.kind === 'csv') return null
  const paths = [partsOf(map.time.field, map.kind), ...mappedFields(map).map((mapped) => mapped.parts)]
  for (const short of paths)
    for (const long of paths)
      if (short.length < long.length && short.every((name, index) => name === long[index]))
        return `${short.join('.')} is used as a value, and ${long.join('.')} takes it for an object`
  return null
}

/** The map as the YAML that `parseMap` reads, without what is default. */
export function mapText(map: FieldMap): string {
  const { delimiter, header, columns, constants, ...rest } = map
  const csv = map.kind === 'csv' ? { delimiter, header, ...(columns.length > 0 ? { columns } : {}) } : {}
  return stringify({ ...rest, ...csv, ...(Object.keys(constants).length > 0 ? { constants } : {}) }, { lineWidth: 0 })
}
