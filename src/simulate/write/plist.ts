// Property lists as XML, as devices send them.

export type PlistValue =
  | string
  | number
  | boolean
  | Buffer
  | readonly PlistValue[]
  | { readonly [key: string]: PlistValue }

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }
/** Characters that XML 1.0 cannot hold in any spelling. */
const impossible = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g

const xmlText = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(impossible, '\ufffd')
    .replaceAll(/[&<>]/g, (c) => escapes[c]!)

function element(value: PlistValue, tabs: string): string {
  if (typeof value === 'string') return `${tabs}<string>${xmlText(value)}</string>\n`
  if (typeof value === 'boolean') return `${tabs}<${value}/>\n`
  if (typeof value === 'number')
    return Number.isInteger(value) ? `${tabs}<integer>${value}</integer>\n` : `${tabs}<real>${value}</real>\n`
  if (Buffer.isBuffer(value)) {
    const lines = value.toString('base64').match(/.{1,68}/g) ?? []
    return `${tabs}<data>\n${lines.map((line) => `${tabs}${line}\n`).join('')}${tabs}</data>\n`
  }
  if (Array.isArray(value))
    return value.length === 0
      ? `${tabs}<array/>\n`
      : `${tabs}<array>\n${value.map((item: PlistValue) => element(item, `${tabs}\t`)).join('')}${tabs}</array>\n`
  const members = Object.entries(value as Readonly<Record<string, PlistValue>>)
    .map(([key, item]) => `${tabs}\t<key>${xmlText(key)}</key>\n${element(item, `${tabs}\t`)}`)
    .join('')
  return members === '' ? `${tabs}<dict/>\n` : `${tabs}<dict>\n${members}${tabs}</dict>\n`
}

/** The document. Keys stand in the order given; Apple sorts them. */
export const plistXml = (root: Readonly<Record<string, PlistValue>>): string =>
  '<?xml version="1.0" encoding="UTF-8"?>\n' +
  '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n' +
  `<plist version="1.0">\n${element(root, '')}</plist>\n`
