// How wide text is in a terminal, where a character takes none, one or two columns.

/** Fits a line of the terminal; wide characters (CJK, emoji) count two, or the line would wrap and not be rewritten. */
export function clip(text: string, width: number): string {
  let used = 0
  let kept = ''
  for (const c of text) {
    used += columnsOf(c)
    if (used > width - 1 && kept.length + c.length < text.length) return `${kept}…`
    kept += c
  }
  return kept
}
const columnsOf = (c: string): number => {
  const code = c.codePointAt(0)!
  if (/\p{Mark}/u.test(c)) return 0
  return (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0x1f000 && code <= 0x3fffd)
    ? 2
    : 1
}
