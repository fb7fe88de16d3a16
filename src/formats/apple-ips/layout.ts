// How a report file is laid out: a JSON header line, then JSON or text; or one of them alone.
import { array, type JsonObject, type JsonRead, type JsonStop, object, readJson, salvagePairs, text } from './json.ts'

export type Layout = {
  readonly header: JsonObject
  /** The header line as it stands; '' when there is none. */
  readonly headerLine: string
  /** Text after the header. */
  readonly bodyText: string
  /** The JSON of the body; null when the body is text or missing. */
  readonly body: JsonObject | null
  /** Damage, in words for `problem`: what was kept stands in `header` and `body`. */
  readonly damage: readonly { readonly part: 'header' | 'body'; readonly stop: JsonStop; readonly at: number }[]
}

const maxHeader = 64 * 1024
/** A header is one flat object; these are never in it. */
const bodyKeys = [
  'threads',
  'usedImages',
  'processes',
  'memoryStatus',
  'processByPid',
  'panicString',
  'string',
  'captureTime',
]

/** Takes a report apart. `whole`: the file was read to its end. Never throws. */
export function layoutOf(file: string): Layout {
  const start = file.search(/\S/)
  if (start < 0 || file[start] !== '{') return textOnly(file)
  const lineEnd = file.indexOf('\n', start)
  const first = file.slice(start, lineEnd < 0 ? file.length : lineEnd).trimEnd()
  const line = first.length > maxHeader ? null : readJson(first)
  // A header on its own line: what every iOS since 8 writes.
  if (line?.stop === '' && !isBody(object(line.value)))
    return withBody(object(line.value), first, file, start + first.length)
  if (lineEnd >= 0 && line !== null && first.length > 2 && isBodyStart(file, lineEnd + 1)) {
    const rest = withBody({}, first, file, lineEnd)
    // Only a broken header is followed by a body; the second line of a pretty-printed object is none.
    return {
      ...rest,
      header: salvagePairs(first),
      damage: [{ part: 'header', stop: 'malformed', at: start + line.end }, ...rest.damage],
    }
  }
  const value = readJson(file, start)
  if (value.stop === '' && !isBody(object(value.value)))
    return withBody(object(value.value), file.slice(start, value.end), file, value.end)
  return { ...bodyOf(file, start, value), header: {}, headerLine: '', bodyText: file.slice(start) }
}

function textOnly(file: string): Layout {
  return { header: {}, headerLine: '', bodyText: file, body: null, damage: [] }
}

function withBody(header: JsonObject, headerLine: string, file: string, from: number): Layout {
  const at = from + Math.max(0, file.slice(from, from + 4096).search(/\S/))
  const bodyText = file.slice(at)
  // Analytics (211) are one JSON object a line: nothing in them is about one event.
  const analytics = text(header.bug_type) === '211' || bodyText.startsWith('{"_marker":')
  const parts =
    bodyText.startsWith('{') && !analytics ? bodyOf(file, at, readJson(file, at)) : { body: null, damage: [] }
  return { header, headerLine, bodyText: bodyText.trim() === '' ? '' : bodyText, ...parts }
}

function bodyOf(file: string, at: number, read: JsonRead): Pick<Layout, 'body' | 'damage'> {
  const body = read.value === undefined ? salvagePairs(file.slice(at, at + 1024 ** 2)) : object(read.value)
  return { body, damage: read.stop === '' ? [] : [{ part: 'body', stop: read.stop, at: read.end }] }
}

function isBody(value: JsonObject): boolean {
  return bodyKeys.some((key) => key in value) || array(value.frames).length > 0
}

/** Does a body begin here? `{` alone on its line or before a key, or the first field of a text report. */
function isBodyStart(file: string, at: number): boolean {
  return /^\s{0,100}(?:\{\s{0,100}(?:"|\})|Incident Identifier:|Date\/Time:|Process:)/.test(file.slice(at, at + 400))
}
