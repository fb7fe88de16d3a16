// Bytes to text. Reports are UTF-8; files that went through a Windows editor or a mail may not be.

export type Decoded = { readonly text: string; readonly clean: boolean; readonly utf8: boolean }

/** `clean`: no byte had to be replaced and nothing was converted. `utf8`: offsets in the text can be turned into bytes. */
export function decode(bytes: Buffer): Decoded {
  const wide = wideEncoding(bytes)
  if (wide !== null) return { text: new TextDecoder(wide).decode(bytes), clean: false, utf8: false }
  const text = new TextDecoder('utf-8').decode(bytes)
  // A character cut in two at the very end is no fault of the encoding.
  const replaced = text.indexOf('\ufffd')
  const clean = replaced < 0 || replaced === text.length - 1 || bytes.includes('\ufffd')
  return { text, clean, utf8: replaced < 0 }
}

function wideEncoding(bytes: Buffer): 'utf-16le' | 'utf-16be' | null {
  if (bytes.length < 4) return null
  const [a, b, c, d] = bytes as unknown as [number, number, number, number]
  if (a === 0xff && b === 0xfe) return 'utf-16le'
  if (a === 0xfe && b === 0xff) return 'utf-16be'
  if (a !== 0 && b === 0 && c !== 0 && d === 0) return 'utf-16le'
  return a === 0 && b !== 0 && c === 0 && d !== 0 ? 'utf-16be' : null
}
