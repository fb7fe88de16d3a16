// Tables that sort, filter and page: declared once as data, drawn here for the first rows and by `script.ts` for all.
import { draw, type Fields, type Html, html, type Shape } from './html.ts'
import { amount } from './words.ts'

export type ColumnOrder = 'text' | 'number' | 'severity' | 'status'
export type PagedTable = {
  readonly id: string
  /** Said to screen readers and above the controls. */
  readonly title: string
  readonly columns: readonly {
    readonly title: string
    readonly field: number
    readonly order: ColumnOrder
    readonly narrow?: true
  }[]
  /** One `tbody` for each row. */
  readonly shape: Shape
  readonly rows: readonly Fields[]
  readonly pageSize: number
  /** Field that the row of buttons filters by; null: no buttons. */
  readonly choice: number | null
  /** Rows that exist, when more than are in `rows`. */
  readonly total: number
}

/** Rows that are in the page without a script. */
export const staticRows = 500

export function tableHtml(table: PagedTable): Html {
  const shown = table.rows.slice(0, staticRows)
  return html`<div class="table-wrap" id="table-${table.id}">
<table><caption class="unseen">${table.title}</caption><thead><tr>${table.columns.map(
    (c) => html`<th scope="col" class="${c.narrow ? 'narrow' : ''}">${c.title}</th>`,
  )}</tr></thead>
${shown.map((row) => draw(table.shape, row))}
</table>
<p class="note left-out">${
    table.rows.length > shown.length
      ? `Without scripts, or on paper, the first ${amount(shown.length)} of ${amount(table.total)} are shown.`
      : ''
  }</p>
<p class="note">${
    table.total > table.rows.length
      ? `This page holds ${amount(table.rows.length)} of ${amount(table.total)}; the JSON document holds all.`
      : ''
  }</p></div>`
}

type Packed = number | readonly Packed[]

/** What the script needs, each distinct text once: raw lines, devices and feeds repeat thousands of times. */
export function tableData(tables: readonly PagedTable[]): unknown {
  const index = new Map<string, number>()
  const pack = (field: string | readonly Fields[]): Packed => {
    if (typeof field !== 'string') return field.map((row) => row.map(pack))
    const known = index.get(field)
    if (known !== undefined) return known
    index.set(field, index.size)
    return index.size - 1
  }
  const packed = tables.map(({ id, columns, shape, rows, choice, pageSize }) => ({
    id,
    columns: columns.map(({ field, order }) => ({ field, order })),
    shape,
    choice,
    pageSize,
    rows: rows.map((row) => row.map(pack)),
  }))
  return { tables: packed, texts: [...index.keys()] }
}
