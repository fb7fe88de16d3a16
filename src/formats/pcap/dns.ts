// DNS messages: questions and what was answered. Source: RFC 1035, 3596, 2782, 9460; names of types and codes as `qtypeName`
// and `rcodeName` of the engine have them.
import { addressAt, be16 } from './bytes.ts'
import { nameAt } from './dns-name.ts'

export type Question = { readonly name: string; readonly type: string }

export type Message = {
  readonly id: number
  readonly response: boolean
  readonly rcode: string
  readonly questions: readonly Question[]
  /** Of a response without a question (mDNS): what its first record is about. */
  readonly announced: Question | null
  /** Addresses in canonical text, names in lower case without final dot, other data as text. */
  readonly answers: readonly string[]
  readonly whole: boolean
}

const mostQuestions = 16
const mostAnswers = 64

const types: Readonly<Record<number, string>> = Object.fromEntries(
  (
    '1 A 2 NS 5 CNAME 6 SOA 12 PTR 13 HINFO 15 MX 16 TXT 17 RP 24 SIG 25 KEY 28 AAAA 29 LOC 33 SRV 35 NAPTR 37 CERT 39 DNAME ' +
    '41 OPT 43 DS 44 SSHFP 46 RRSIG 47 NSEC 48 DNSKEY 50 NSEC3 52 TLSA 61 OPENPGPKEY 64 SVCB 65 HTTPS 99 SPF 251 IXFR ' +
    '252 AXFR 255 ANY 256 URI 257 CAA 10 NULL'
  )
    .match(/\d+ \S+/g)!
    .map((pair) => pair.split(' ')),
)
const codes = 'NOERROR FORMERR SERVFAIL NXDOMAIN NOTIMP REFUSED YXDOMAIN YXRRSET NXRRSET NOTAUTH NOTZONE'.split(' ')

export const typeName = (type: number): string => types[type] ?? `TYPE${type}`

/** SQL’s `lower`: ASCII only. */
export const lowerAscii = (text: string): string =>
  /[A-Z]/.test(text) ? text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) : text

/** The message from `from` to `to`. null: none. `whole` is false where its end is missing or damaged. */
export function readMessage(b: Buffer, from: number, to: number): Message | null {
  if (to - from < 12) return null
  const flags = be16(b, from + 2)
  const questionCount = be16(b, from + 4)
  const answerCount = be16(b, from + 6)
  const response = (flags & 0x8000) !== 0
  // other operations (updates, notifications) ask for nothing; RFC 6891 keeps Z at 0, and payloads of others seldom do
  if ((flags & 0x7800) !== 0 || (flags & 0x0040) !== 0 || questionCount > 256) return null
  const questions: Question[] = []
  let at = from + 12
  let whole = true
  for (let i = 0; i < questionCount && whole; i++) {
    const name = nameAt(b, from, at, to)
    whole = name !== null && name.next + 4 <= to
    if (!whole) break
    if (questions.length < mostQuestions) questions.push({ name: name!.text, type: typeName(be16(b, name!.next)) })
    at = name!.next + 4
  }
  if (!whole && questions.length === 0) return null
  let announced: Question | null = null
  const answers: string[] = []
  for (let i = 0; response && whole && i < answerCount; i++) {
    const name = nameAt(b, from, at, to)
    const data = name === null ? to + 1 : name.next + 10
    whole = data <= to && data + be16(b, data - 2) <= to
    if (!whole) break
    const type = be16(b, name!.next)
    if (i === 0 && questionCount === 0) announced = { name: name!.text, type: typeName(type) }
    at = data + be16(b, data - 2)
    if (answers.length < mostAnswers) readData(b, from, type, data, at, answers)
  }
  if (questions.length === 0 && announced === null) return null
  return {
    id: be16(b, from),
    response,
    rcode: codes[flags & 15] ?? String(flags & 15),
    questions,
    announced,
    answers,
    whole,
  }
}

/** Types whose data hold a name, and how far from their beginning: NS, CNAME, PTR, DNAME, MX, SRV. */
const namePlace: Readonly<Record<number, number>> = { 2: 0, 5: 0, 12: 0, 39: 0, 15: 2, 33: 6 }

function readData(b: Buffer, base: number, type: number, at: number, end: number, answers: string[]): void {
  const size = end - at
  const place = namePlace[type]
  if (place !== undefined) {
    const found = nameAt(b, base, at + place, end)
    if (found !== null) answers.push(lowerAscii(found.text))
    return
  }
  switch (type) {
    case 1:
      if (size === 4) answers.push(addressAt(b, at, 4))
      return
    case 28:
      if (size === 16) answers.push(addressAt(b, at, 16))
      return
    case 16:
    case 99:
      answers.push(textOf(b, at, end))
      return
    case 64:
    case 65:
      readService(b, base, at, end, answers)
  }
}

/** Character strings of a TXT record, at most 255 characters together: enough to tell what it is, too little to carry data. */
function textOf(b: Buffer, at: number, end: number): string {
  let text = ''
  for (let from = at; from < end && text.length < 255; from += 1 + b[from]!)
    text += b.toString('latin1', from + 1, Math.min(end, from + 1 + b[from]!))
  return text.slice(0, 255).replace(/[^\x20-\x7e]/g, (sign) => `\\${String(sign.charCodeAt(0)).padStart(3, '0')}`)
}

const hint = { four: 4, six: 6 }

/** HTTPS and SVCB: the name that stands in for the one asked for, and the addresses that the client may use at once. */
function readService(b: Buffer, base: number, at: number, end: number, answers: string[]): void {
  const target = end - at < 3 ? null : nameAt(b, base, at + 2, end)
  if (target === null) return
  if (target.text !== '') answers.push(lowerAscii(target.text))
  for (let from = target.next; from + 4 <= end; ) {
    const key = be16(b, from)
    const next = from + 4 + be16(b, from + 2)
    if (next > end) return
    const size = key === hint.four ? 4 : 16
    if (key === hint.four || key === hint.six)
      for (let i = from + 4; i + size <= next && answers.length < mostAnswers; i += size)
        answers.push(addressAt(b, i, size))
    from = next
  }
}
