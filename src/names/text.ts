// Text that is safe to show, and the trimming that every reader of names needs.

/** "Forbidden domain code points" of the WHATWG URL standard: blanks, controls, `%` and the signs that part an address. */
export const FORBIDDEN_IN_HOST = /[\u0000-\u0020#%/:<>?@[\\\]^|\u007f]/

const isBlank = (code: number): boolean => code <= 0x20 || (code > 0x7f && String.fromCharCode(code).trim() === '')

/** UTS-46 takes all four for a label border. */
const isDot = (code: number): boolean => code === 0x2e || code === 0x3002 || code === 0xff0e || code === 0xff61

/** Loops, since `[…]+$` is quadratic on long runs. */
function trim(text: string, dotsAtEnd: boolean): string {
  let start = 0
  let end = text.length
  for (; start < end; start++) {
    const code = text.charCodeAt(start)
    if (!isBlank(code) && !isDot(code)) break
  }
  for (; end > start; end--) {
    const code = text.charCodeAt(end - 1)
    if (!isBlank(code) && !(dotsAtEnd && isDot(code))) break
  }
  return start === 0 && end === text.length ? text : text.slice(start, end)
}

/** Without dots, blanks and control characters at either end: for names. */
export const trimName = (text: string): string => trim(text, true)

/** The same, save for dots at the end, which belong to the path of a URL. */
export const trimAddress = (text: string): string => trim(text, false)

/**
 * What moves the cursor, changes colours, reverses or hides text: control characters, line separators, bidi and
 * zero-width characters, tags (U+E0000–E007F) and halves of surrogate pairs.
 */
const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|\p{Surrogate}/gu

function visible(character: string): string {
  const code = character.codePointAt(0)!
  if (code < 0x20) return String.fromCharCode(0x2400 + code)
  if (code === 0x7f) return '\u2421'
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`
}

/**
 * Text that a terminal or page may show: control, bidi and escape characters made visible (␛, \u202e …), on one line.
 * Longer than `max` characters (default 2,000), it is cut and ends in `…`. Doing it twice changes nothing more.
 */
export function safeText(s: string, max = 2000): string {
  // One more than can be shown is enough to know that it is cut; keeps a huge field cheap.
  const shown = s.slice(0, max + 1).replace(UNSAFE, visible)
  if (shown.length <= max) return shown
  const cut = shown.slice(0, Math.max(0, max - 1))
  return `${cut.isWellFormed() ? cut : cut.slice(0, -1)}…`
}
