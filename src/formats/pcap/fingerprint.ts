// JA3 and JA4 of a client hello. Sources: github.com/salesforce/ja3; FoxIO’s JA4 technical details (ja4/technical_details/JA4.md).
import { createHash } from 'node:crypto'
import type { Hello } from './hello.ts'

/** RFC 8701: values that say nothing, so that servers learn to pass them over. */
const isGrease = (value: number): boolean => (value & 0x0f0f) === 0x0a0a && value >>> 8 === (value & 255)

const plain = (values: readonly number[]): number[] => values.filter((value) => !isGrease(value))
const hex4 = (value: number): string => value.toString(16).padStart(4, '0')

/** MD5 of version, ciphers, extensions, groups and point formats, lower-case hex. */
export function ja3Of(hello: Hello): string {
  const lists = [hello.ciphers, hello.extensions, hello.groups].map((list) => plain(list).join('-'))
  return createHash('md5')
    .update([hello.version, ...lists, hello.formats.join('-')].join(','))
    .digest('hex')
}

const versions: Readonly<Record<number, string>> = {
  772: '13',
  771: '12',
  770: '11',
  769: '10',
  768: 's3',
  2: 's2',
  65279: 'd1',
  65277: 'd2',
  65276: 'd3',
}

/** JA4 as `t13d1516h2_8daaf6152771_e5627efa2ab1`; `over`: t for TLS over TCP, q for QUIC. */
export function ja4Of(hello: Hello, over: 't' | 'q'): string {
  const ciphers = plain(hello.ciphers)
  const extensions = plain(hello.extensions)
  const signatures = plain(hello.signatures)
  const offered = plain(hello.versions)
  const version = offered.length > 0 ? Math.max(...offered) : hello.version
  const count = (list: readonly number[]) => String(Math.min(list.length, 99)).padStart(2, '0')
  const named = extensions.includes(0) ? 'd' : 'i'
  const head = `${over}${versions[version] ?? '00'}${named}${count(ciphers)}${count(extensions)}${ends(hello.alpn[0] ?? '')}`
  const sorted = ciphers.map(hex4).sort().join(',')
  const hashed = extensions.filter((type) => type !== 0 && type !== 16)
  const tail = hashed.map(hex4).sort().join(',')
  const signed = signatures.map(hex4).join(',')
  return `${head}_${short(sorted)}_${extensions.length === 0 ? none : short(signed === '' ? tail : `${tail}_${signed}`)}`
}

const none = '000000000000'
const short = (text: string): string =>
  text === '' ? none : createHash('sha256').update(text).digest('hex').slice(0, 12)

/** First and last character of the first protocol; of its bytes in hex where one of them is no letter or digit. */
function ends(protocol: string): string {
  if (protocol === '') return '00'
  const [first, last] = [protocol[0]!, protocol.at(-1)!]
  if (/^[0-9A-Za-z]{2}$/.test(first + last)) return first + last
  const hex = Buffer.from(protocol, 'latin1').toString('hex')
  return hex[0]! + hex.at(-1)!
}
