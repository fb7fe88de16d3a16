/**
 * The page's own script: sorts, filters and pages the tables. It makes elements from the program's shapes and puts data
 * into them as text only, never as markup. A constant, because its hash stands in the page's security policy.
 */
export const pageScript = String.raw`
(() => {
  'use strict'
  const data = JSON.parse(document.getElementById('data').textContent)
  const texts = data.texts
  const ranks = ['info', 'low', 'medium', 'high', 'critical']
  const make = (tag, cls, text) => {
    const e = document.createElement(tag)
    if (cls) e.className = cls
    if (text !== undefined) e.textContent = text
    return e
  }
  const svg = 'http://www.w3.org/2000/svg'
  const draw = (shape, row, space) => {
    if (shape[0] === 'svg') space = svg
    const e = space ? document.createElementNS(space, shape[0]) : document.createElement(shape[0])
    for (const [name, value] of Object.entries(shape[1])) e.setAttribute(name, value.replace(/\$(\d+)/g, (_, n) => texts[row[n]]))
    for (const child of shape.slice(2)) {
      if (typeof child === 'string') e.append(child)
      else if (typeof child === 'number') e.append(texts[row[child]] ?? '')
      else if (child[0] === 'each') for (const sub of row[child[1]]) e.append(draw(child[2], sub, space))
      else e.append(draw(child, row, space))
    }
    return e
  }
  const gather = (field, out) => {
    if (typeof field === 'number') out.push(texts[field])
    else for (const f of field) gather(f, out)
    return out
  }
  const number = (text) => {
    const n = parseFloat(text.replace(/,/g, ''))
    return Number.isNaN(n) ? -1 : n
  }

  for (const table of data.tables) {
    const wrap = document.getElementById('table-' + table.id)
    if (!wrap || table.rows.length < 2) continue
    const element = wrap.querySelector('table')
    const { pageSize } = table
    const state = { query: '', choices: new Set(), column: -1, down: false, page: 0 }
    let found = table.rows
    const search = new Map()
    const textOf = (row) => {
      let t = search.get(row)
      if (t === undefined) search.set(row, (t = gather(row, []).join('\n').toLowerCase()))
      return t
    }
    const keyOf = (column) => (row) => {
      const text = texts[row[column.field]]
      if (column.order === 'number') return number(text)
      if (column.order === 'severity') return ranks.indexOf(text)
      return text.toLowerCase()
    }

    const controls = make('div', 'controls')
    const input = make('input')
    input.type = 'search'
    input.placeholder = 'Filter'
    input.setAttribute('aria-label', 'Filter rows')
    controls.append(input)
    if (table.choice !== null) {
      const counts = new Map()
      for (const row of table.rows) counts.set(texts[row[table.choice]], (counts.get(texts[row[table.choice]]) || 0) + 1)
      const group = make('div', 'choices')
      for (const value of [...counts.keys()].sort((a, b) => ranks.indexOf(b) - ranks.indexOf(a))) {
        const button = make('button', 'choice', value + ' ' + counts.get(value).toLocaleString('en-US'))
        button.type = 'button'
        button.setAttribute('aria-pressed', 'false')
        button.addEventListener('click', () => {
          const on = !state.choices.delete(value)
          if (on) state.choices.add(value)
          button.setAttribute('aria-pressed', String(on))
          apply()
        })
        group.append(button)
      }
      if (counts.size > 1) controls.append(group)
    }
    const status = make('span', 'status')
    status.setAttribute('role', 'status')
    const pager = make('div', 'pager')
    const previous = make('button', '', '‹ Previous')
    const next = make('button', '', 'Next ›')
    previous.type = next.type = 'button'
    pager.append(previous, next)
    controls.append(status, pager)
    if (table.rows.length > 5) wrap.prepend(controls)
    const below = pager.cloneNode(true)
    wrap.append(below)

    const show = (from, to) => {
      for (const body of [...element.tBodies]) body.remove()
      for (const row of found.slice(from, to)) element.append(draw(table.shape, row))
    }
    const render = () => {
      const pages = Math.max(1, Math.ceil(found.length / pageSize))
      state.page = Math.min(state.page, pages - 1)
      const from = state.page * pageSize
      const to = Math.min(found.length, from + pageSize)
      show(from, to)
      status.textContent =
        found.length === 0 ? 'Nothing matches' : (from + 1).toLocaleString('en-US') + '–' + to.toLocaleString('en-US') + ' of ' + found.length.toLocaleString('en-US')
      for (const p of [pager, below]) {
        p.hidden = pages === 1
        p.firstChild.disabled = state.page === 0
        p.lastChild.disabled = state.page === pages - 1
      }
    }
    const apply = () => {
      const words = state.query.toLowerCase().split(/\s+/).filter(Boolean)
      found = table.rows.filter(
        (row) =>
          (state.choices.size === 0 || state.choices.has(texts[row[table.choice]])) &&
          (words.length === 0 || words.every((w) => textOf(row).includes(w))),
      )
      if (state.column >= 0) {
        const key = keyOf(table.columns[state.column])
        const keyed = found.map((row) => [key(row), row])
        keyed.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0))
        if (state.down) keyed.reverse()
        found = keyed.map((k) => k[1])
      }
      state.page = 0
      render()
    }
    const turn = (by) => {
      state.page += by
      render()
      wrap.scrollIntoView({ block: 'start' })
    }
    for (const p of [pager, below]) {
      p.firstChild.addEventListener('click', () => turn(-1))
      p.lastChild.addEventListener('click', () => turn(1))
    }
    let timer = 0
    input.addEventListener('input', () => {
      clearTimeout(timer)
      timer = setTimeout(() => {
        state.query = input.value
        apply()
      }, 150)
    })
    const heads = [...element.querySelectorAll('thead th')]
    heads.forEach((head, i) => {
      const button = make('button', 'sort', head.textContent)
      button.type = 'button'
      head.replaceChildren(button)
      button.addEventListener('click', () => {
        const high = table.columns[i].order !== 'text'
        state.down = state.column === i ? !state.down : high
        state.column = i
        for (const h of heads) h.removeAttribute('aria-sort')
        head.setAttribute('aria-sort', state.down ? 'descending' : 'ascending')
        apply()
      })
    })
    for (const note of wrap.querySelectorAll('.left-out')) note.classList.add('print-only')
    render()
    addEventListener('beforeprint', () => show(0, 500))
    addEventListener('afterprint', render)
  }
})()
`
