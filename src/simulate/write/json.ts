// Text as JSON, fast where it is plain.

const plain = /^[ !#-[\]-~]*$/
const control = /[\u0000-\u001f\u007f]/g

/** The text as a JSON string with its quotes. */
export const quoted = (text: string): string => (plain.test(text) ? `"${text}"` : JSON.stringify(text.toWellFormed()))

/** As Zeek writes it: a control character is `\xHH` in the text itself (the backslash then doubled by JSON). */
export const zeekQuoted = (text: string): string =>
  plain.test(text)
    ? `"${text}"`
    : quoted(text.replaceAll(control, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`))

type RawJson = { rawJSON(text: string): unknown }

/** A whole number of any size as a JSON number: addresses and codes of Apple’s reports go beyond 2^53. */
export const wideNumber = (value: bigint): unknown => (JSON as unknown as RawJson).rawJSON(value.toString())
