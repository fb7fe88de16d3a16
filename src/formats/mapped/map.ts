// NDJSON or CSV of any product, read with the operator's map (`--map FILE`). Not in the list of formats: each map makes one.
import { createHash } from 'node:crypto'
import { defineFormat, type SqlFormat } from '../../model/index.ts'
import { csvHead } from '../csv.ts'
import { headObjects } from '../text.ts'
import { type FieldMap, mappedFields, partsOf } from './field-map.ts'
import { fieldsRead, mappedSql } from './sql.ts'
import { statesZone } from './time.ts'

export { type FieldMap, mapText, parseMap } from './field-map.ts'

/** `fw*.log` as a test of file names; only * and ? mean something. */
const fileTest = (glob: string): ((name: string) => boolean) => {
  const steps = glob
    .toLowerCase()
    .split('*')
    .map((step) => [...step])
  return (name) => {
    const text = [...name.toLowerCase()]
    const fits = (step: readonly string[], at: number): boolean =>
      step.every((char, index) => text[at + index] !== undefined && (char === '?' || char === text[at + index]))
    let at = 0
    for (const [index, step] of steps.entries()) {
      const last = index === steps.length - 1
      let start = index === 0 ? 0 : last ? Math.max(at, text.length - step.length) : at
      if (index === 0 || last) {
        if (!fits(step, start)) return false
      } else while (start <= text.length && !fits(step, start)) start++
      at = start + step.length
      if (at > text.length) return false
    }
    return steps.length > 1 || at === text.length
  }
}

function hasPath(object: Record<string, unknown>, parts: readonly string[]): boolean {
  if (Object.hasOwn(object, parts.join('.'))) return true
  let value: unknown = object
  for (const part of parts) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, part)) return false
    value = (value as Record<string, unknown>)[part]
  }
  return true
}

/** Position of a column, from 1: by its exact name, else without regard to case and blanks; 0: none. */
function position(columns: readonly string[], name: string): number {
  const exact = columns.indexOf(name)
  if (exact >= 0) return exact + 1
  const plain = (text: string): string => text.trim().toLowerCase()
  return columns.findIndex((column) => plain(column) === plain(name)) + 1
}

const columnsOf = (map: FieldMap, head: Buffer): readonly string[] =>
  map.header ? (csvHead(head, map.delimiter, 1)[0] ?? []) : map.columns

/**
 * The format of a map: id `mapped:<name>`. It recognises a source by the file names and fields that the map gives, and
 * always by the field of the time.
 */
export function mappedFormat(map: FieldMap): SqlFormat {
  const { sql, problems, params, columns } = mappedSql(map)
  const fileTests = map.match.files.map(fileTest)
  const wanted = [map.time.field, ...map.match.fields].map((path) => partsOf(path, map.kind))
  const given = new Set(mappedFields(map).map((field) => field.column))
  const always = [
    'ts',
    'kind',
    ...Object.entries(map.constants).flatMap(([column, value]) => (given.has(column) || value === '' ? [] : [column])),
  ]
  const stated = map.time.zone !== undefined || map.time.format.startsWith('epoch') || statesZone(map.time.format)
  return defineFormat({
    kind: 'sql',
    id: `mapped:${map.name}`,
    title: map.title ?? map.name,
    // a map that was changed reads the same bytes anew
    version: createHash('sha256').update(JSON.stringify(map)).digest().readUInt32BE(0) >>> 1,
    names: map.match.files,
    claims: {
      network: {
        time: { means: map.time.means, precision: 'microsecond', zone: stated ? 'stated' : 'assumed_utc' },
        always,
        sometimes: columns.filter((column) => !always.includes(column)),
        blind: ['what the map leaves out', ...(columns.includes('app') ? [] : ['which app asked'])],
        attack: [{ dataComponent: 'DC0085', logSource: 'NSM:Connections' }],
      },
    },
    sniff(head, name) {
      if (fileTests.length > 0 && !fileTests.some((test) => test(name))) return 'no'
      if (map.kind === 'ndjson') {
        const objects = headObjects(head, 20)
        return wanted.every((parts) => objects.some((object) => hasPath(object, parts))) ? 'yes' : 'no'
      }
      const columns = columnsOf(map, head)
      if (!wanted.every((parts) => position(columns, parts[0]!) > 0)) return 'no'
      return map.header || csvHead(head, map.delimiter, 5).some((fields) => fields.length === columns.length)
        ? 'yes'
        : 'no'
    },
    variants: [
      {
        id: map.kind,
        accepts: () => true,
        parts: [{ table: 'network', sql }],
        problems,
        params(head) {
          if (map.kind === 'ndjson') return params
          const columns = columnsOf(map, head)
          const f = fieldsRead(map).map((parts) => position(columns, parts[0]!))
          return { ...params, f, ...(map.header ? { header: columns[f[0]! - 1]?.trim() ?? '' } : {}) }
        },
      },
    ],
  })
}
