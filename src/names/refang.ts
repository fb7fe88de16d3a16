// Undoes what analysts do to names so that nobody clicks on them: evil[.]com, hxxps[:]//evil(dot)com, user[at]evil.com.

/** What may stand in brackets. `://` comes before `:` so that `[://]` is one token. */
const TOKEN = /:\/\/|dot|at|[.:@]/gi
const PLAIN_OF: Readonly<Record<string, string>> = { dot: '.', at: '@' }

/** `hxxp`, `hXXps`, `h**p`, `fxp` …: only where a colon and a slash follow, so that a name is never touched. */
const SCHEME = /^(?:h[tx*_]{2}p(s?)|(f)[tx]p)(?=:[/\\])/i

const isOpener = (code: number): boolean => code === 0x5b || code === 0x28 || code === 0x7b // [ ( {
const isCloser = (code: number): boolean => code === 0x5d || code === 0x29 || code === 0x7d // ] ) }
const isBlank = (code: number): boolean => code === 0x20 || code === 0x09

type Run = {
  /** Index of the outermost bracket's outer edge. */
  edge: number
  count: number
}

/** At most `most` opening brackets (blanks between them allowed) that end at `end`, not before `floor`. */
function openersBefore(text: string, end: number, floor: number, most: number): Run {
  const run = { edge: end, count: 0 }
  for (let i = end - 1; i >= floor && run.count < most; i--) {
    const code = text.charCodeAt(i)
    if (isOpener(code)) {
      run.edge = i
      run.count++
    } else if (!isBlank(code)) break
  }
  return run
}

/** At most `most` closing brackets that begin at `begin`. */
function closersAfter(text: string, begin: number, most: number): Run {
  const run = { edge: begin, count: 0 }
  for (let i = begin; i < text.length && run.count < most; i++) {
    const code = text.charCodeAt(i)
    if (isCloser(code)) {
      run.edge = i + 1
      run.count++
    } else if (!isBlank(code)) break
  }
  return run
}

function unbracket(text: string): string {
  let out = ''
  let done = 0
  TOKEN.lastIndex = 0
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    const token = match[0]
    const after = match.index + token.length
    // A dot may have a bracket on one side only (`evil[.com` is common). All else needs as many on both, or IPv6 in
    // brackets would suffer.
    const most =
      token === '.'
        ? Number.POSITIVE_INFINITY
        : Math.min(
            openersBefore(text, match.index, done, Number.POSITIVE_INFINITY).count,
            closersAfter(text, after, Number.POSITIVE_INFINITY).count,
          )
    const opened = openersBefore(text, match.index, done, most)
    const closed = closersAfter(text, after, most)
    if (opened.count + closed.count === 0) continue
    out += text.slice(done, opened.edge) + (PLAIN_OF[token.toLowerCase()] ?? token)
    done = closed.edge
    TOKEN.lastIndex = done
  }
  return out + text.slice(done)
}

/**
 * Text with the usual defanging undone: brackets of any kind round a dot, `dot`, a colon, `://`, `@` or `at`, and `hxxp`.
 * Text that is not defanged comes back unchanged; IPv6 addresses in brackets stay as they are. Never throws.
 * Doing it twice changes nothing more.
 */
export function refang(raw: string): string {
  let text = raw
  if (/[[({]|[\])}]/.test(raw)) {
    // Taking a bracket away can put `:` and `//` side by side, and so make one more token; twice at most.
    for (let next = unbracket(text); next !== text; next = unbracket(text)) text = next
  }
  return text.replace(SCHEME, (_, s: string | undefined, f: string | undefined) => (f ? 'ftp' : `http${s ?? ''}`))
}
