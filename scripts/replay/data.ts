// Where the real samples lie, and what every part of the replay says its result with.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { aurocWithInterval, type Split } from '../../src/simulate/measure/auroc.ts'
import type { Interval } from '../../src/simulate/measure/intervals.ts'

/** Beside the repository; not part of it, and nothing of it may become part. */
export const data = join(import.meta.dirname, '../../../shared/data')
export const labelled = join(data, 'labelled')

/** Below `data`: is all there that a part needs? */
export const has = (...paths: readonly string[]): boolean => paths.every((path) => existsSync(join(data, path)))

/** Lines that are not empty, without CR; `.gz` is unpacked. */
export function linesOf(path: string): string[] {
  const bytes = readFileSync(path)
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes)
    .toString('utf8')
    .split(/\r?\n/)
    .filter((line) => line !== '')
}

/** All files below a folder, by path from it, sorted. */
export const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort()

export type TextTable = {
  readonly title: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** Paragraphs below the table. */
  readonly notes: readonly string[]
}

export const two = (n: number): string => n.toFixed(2)
export const ends = ({ low, high }: Interval): string => `${two(low)}–${two(high)}`
export const share = (part: number, of: number): string => (of === 0 ? '–' : `${((100 * part) / of).toFixed(1)} %`)

/** `0.93 (0.90–0.95)`; `–` where one side is empty. */
export function aurocText(split: Split): string {
  const measured = aurocWithInterval(split)
  return measured === null ? '–' : `${two(measured.auroc)} (${ends(measured)})`
}

/** Columns as wide as their cells, as the formatter of the repository has them. */
export function markdownOf({ title, head, rows, notes }: TextTable): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')))
  const widths = head.map((_, i) => Math.max(3, ...cells.map((row) => row[i]!.length)))
  const line = (row: readonly string[]): string => `| ${row.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`
  const [first, ...rest] = cells
  const table = [first!, widths.map((n) => '-'.repeat(n)), ...rest].map(line).join('\n')
  return [`### ${title}`, ...(rows.length === 0 ? [] : [table]), ...notes].join('\n\n')
}
