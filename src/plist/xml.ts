// XML property lists. Only what Apple writes: no entities but the five of XML, no declarations of the document's own.
import { maxDepth, maxValues, type PlistDict, type PlistRead, type PlistStop, type PlistValue } from './plist.ts'

type Frame =
  | { readonly tag: 'dict'; readonly entries: Map<string, PlistValue>; key: string | null; readonly close: Closer }
  | { readonly tag: 'array'; readonly list: PlistValue[]; readonly close: Closer }
type Closer = (to: number) => void

const tagPattern = /^(\/?)([a-z]{3,8})(?:\s[^<>]{0,200}?)?(\/?)$/
const entityPattern = /&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(amp|lt|gt|quot|apos));/g
const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** Reads one document in one pass. Of a text that breaks off or is damaged the part before is given. Never throws. */
export function readXml(text: string): PlistRead {
  const frames: Frame[] = []
  let root: PlistValue | null = null
  let values = 0
  let at = 0
  const end = (stop: PlistStop, where: number): PlistRead => ({ value: root, stop, at: where })
  /** Puts a value into what is open; false where none can stand. */
  const put = (value: PlistValue): boolean => {
    const frame = frames.at(-1)
    if (frame === undefined) {
      if (root !== null) return false
      root = value
    } else if (frame.tag === 'array') frame.list.push(value)
    else {
      if (frame.key === null) return false
      frame.entries.set(frame.key, value)
      frame.key = null
    }
    return true
  }
  for (;;) {
    const open = text.indexOf('<', at)
    if (open < 0) return text.slice(at).trim() === '' ? end('truncated', text.length) : end('malformed', at)
    if (
      text
        .slice(at, open)
        .replace(/^\ufeff/, '')
        .trim() !== ''
    )
      return end('malformed', at)
    const skipped = skipMarkup(text, open)
    if (skipped !== null) {
      if (skipped === 'truncated') return end('truncated', text.length)
      if (skipped === 'malformed') return end('malformed', open)
      at = skipped
      continue
    }
    const close = text.indexOf('>', open)
    if (close < 0) return end(text.length - open > 300 ? 'malformed' : 'truncated', open)
    const match = close - open > 300 ? null : tagPattern.exec(text.slice(open + 1, close))
    if (match === null) return end('malformed', open)
    const [, closing, name, empty] = match as unknown as [string, string, string, string]
    at = close + 1
    if (name === 'plist') {
      if (closing === '') continue
      return end(root === null || frames.length > 0 ? 'malformed' : '', open)
    }
    if (closing !== '') {
      const frame = frames.pop()
      if (frame?.tag !== name || (frame.tag === 'dict' && frame.key !== null)) return end('malformed', open)
      frame.close(at)
      continue
    }
    if (++values > maxValues) return end('too_many', open)
    if (name === 'dict' || name === 'array') {
      if (frames.length >= maxDepth) return end('too_deep', open)
      const frame = openFrame(name, open)
      if (!put(frame.value)) return end('malformed', open)
      if (empty === '') frames.push(frame.frame)
      else frame.frame.close(at)
      continue
    }
    const scalar = empty !== '' ? { content: '', end: at } : contentOf(text, name, at)
    if (scalar === null) return end('truncated', open)
    at = scalar.end
    const frame = frames.at(-1)
    if (name === 'key') {
      if (frame?.tag !== 'dict' || frame.key !== null || scalar.content === null) return end('malformed', open)
      frame.key = scalar.content
      continue
    }
    const value = scalar.content === null ? null : scalarOf(name, scalar.content)
    if (value === null || !put(value)) return end('malformed', open)
  }
}

function openFrame(tag: 'dict' | 'array', from: number): { readonly frame: Frame; readonly value: PlistValue } {
  if (tag === 'array') {
    const list: PlistValue[] = []
    return { frame: { tag, list, close: () => {} }, value: list }
  }
  const dict = { entries: new Map<string, PlistValue>(), from, to: from }
  const close: Closer = (to) => {
    dict.to = to
  }
  return { frame: { tag, entries: dict.entries, key: null, close }, value: dict satisfies PlistDict }
}

/** Index after a comment, instruction or document type at `open`; null: it is a tag. */
function skipMarkup(text: string, open: number): number | 'truncated' | 'malformed' | null {
  const next = text[open + 1]
  if (next !== '!' && next !== '?') return next === undefined ? 'truncated' : null
  const comment = text.startsWith('<!--', open)
  const closer = comment ? '-->' : next === '?' ? '?>' : '>'
  const close = text.indexOf(closer, open + 2)
  if (close < 0) return 'truncated'
  // Declarations inside the document type: entities that expand to gigabytes, or to files. No device writes any.
  if (!comment && next === '!' && (!text.startsWith('<!DOCTYPE', open) || text.slice(open, close).includes('[')))
    return 'malformed'
  return close + closer.length
}

/** Text up to the closing tag, and the index after that; null: there is none. `content` null: tags inside. */
function contentOf(
  text: string,
  name: string,
  from: number,
): { readonly content: string | null; readonly end: number } | null {
  const stop = text.indexOf('</', from)
  const close = stop < 0 ? -1 : text.indexOf('>', stop)
  if (close < 0) return null
  const inner = text.slice(from, stop)
  const named = close - stop < 300 && text.slice(stop + 2, close).trim() === name
  if (!named) return { content: null, end: close + 1 }
  return { content: inner.includes('<') || inner.includes('&') ? plain(inner) : inner, end: close + 1 }
}

/** CDATA and references undone; null: other markup inside. References to entities that are not XML's own stay as written. */
function plain(inner: string): string | null {
  let out = ''
  let at = 0
  for (;;) {
    const open = inner.indexOf('<', at)
    const part = open < 0 ? inner.slice(at) : inner.slice(at, open)
    out += part.replace(entityPattern, character)
    if (open < 0) return out
    const close = inner.startsWith('<![CDATA[', open) ? inner.indexOf(']]>', open) : -1
    if (close < 0) return null
    out += inner.slice(open + 9, close)
    at = close + 3
  }
}

function character(whole: string, hex?: string, decimal?: string, name?: string): string {
  if (name !== undefined) return entities[name]!
  const code = hex !== undefined ? Number.parseInt(hex, 16) : Number(decimal)
  return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : whole
}

function scalarOf(name: string, content: string): PlistValue | null {
  if (name === 'string') return content
  if (name === 'true') return true
  if (name === 'false') return false
  if (name === 'data') return Buffer.from(content, 'base64')
  return name === 'integer' || name === 'real' || name === 'date' ? content.trim() : null
}
