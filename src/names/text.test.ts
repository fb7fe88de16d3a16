import { describe, expect, it } from 'vitest'
import { safeText } from './index.ts'

describe('safeText', () => {
  it.each([
    ['evil.com', 'evil.com'],
    ['Zoë 日本 💩 <b>', 'Zoë 日本 💩 <b>'],
    ['\u001b[31mred', '␛[31mred'],
    ['a\u0000b\r\n\tc', 'a␀b␍␊␉c'],
    ['\u001f\u007f', '␟␡'],
    ['\u0080\u009b\u009f\u00a0', '\\u0080\\u009b\\u009f\u00a0'],
    ['a\u202egpj.exe', 'a\\u202egpj.exe'],
    ['\u200b\u200f\u2066\u2069\ufeff\u00ad\u061c', '\\u200b\\u200f\\u2066\\u2069\\ufeff\\u00ad\\u061c'],
    ['\u2028\u2029', '\\u2028\\u2029'],
    ['\u{e0041}', '\\u{e0041}'],
    ['\ud800x', '\\ud800x'],
    ['x\udc00', 'x\\udc00'],
    ['', ''],
  ])('%j → %s', (raw, expected) => {
    expect(safeText(raw)).toBe(expected)
  })
  it('cuts to the length asked for, 2,000 without', () => {
    expect(safeText('abcdef', 6)).toBe('abcdef')
    expect(safeText('abcdefg', 6)).toBe('abcde…')
    expect(safeText('a'.repeat(2000))).toBe('a'.repeat(2000))
    expect(safeText('a'.repeat(2001))).toBe(`${'a'.repeat(1999)}…`)
    expect(safeText('\u202e', 4)).toBe('\\u2…')
  })
  it('cuts no character in halves', () => {
    expect(safeText('ab💩cdef', 4)).toBe('ab…')
    expect(safeText('a💩cdef', 4)).toBe('a💩…')
    expect(safeText('abc💩', 4)).toBe('abc…')
  })
})
