// One indicator a line: plain lists, Maltrail, Adblock domains, hosts files, RPZ zones.
import type { Collector, Labels } from '../collect.ts'
import type { Hint } from '../kinds.ts'
import { linesOf, type Opened } from '../text.ts'
import { isComment } from './csv.ts'

/** Comment, blanks and Adblock's `||name^` around the value of a line; '' when there is none. */
export function valueOfLine(line: string): string {
  // Nearly every line of a list of 1.5 million is a name and nothing else: it needs no regular expression.
  if (isBare(line)) return line
  if (isComment(line)) return ''
  const comment = line.search(/\s#/)
  const value = (comment < 0 ? line : line.slice(0, comment)).trim()
  const adblock = value.startsWith('||') ? /^\|\|([^\s/^|$*]+)\^(?:\$[\w,=~-]*)?$/.exec(value) : null
  return adblock?.[1] ?? value
}

/** Begins with a letter or digit, and has no blank in it: no comment, nothing around the value. */
function isBare(line: string): boolean {
  const c = line.charCodeAt(0) | 0x20
  return ((c >= 0x61 && c <= 0x7a) || (c >= 0x30 && c <= 0x39)) && !line.includes(' ') && !line.includes('\t')
}

export async function readList(feed: Opened, hint: Hint, labels: Labels, out: Collector): Promise<void> {
  for await (const { first, lines } of linesOf(feed, out)) {
    for (let i = 0; i < lines.length; i++) {
      const value = valueOfLine(lines[i]!)
      if (value !== '') out.take(first + i, hint, value, labels)
    }
    if (out.full()) await out.flush()
  }
}

/** Names that every hosts file has for the machine itself. */
const ownNames = new Set(
  'localhost localhost.localdomain local broadcasthost ip6-localhost ip6-loopback ip6-localnet ip6-mcastprefix ip6-allnodes ip6-allrouters ip6-allhosts 0.0.0.0'.split(
    ' ',
  ),
)

/** `0.0.0.0 name [name …]`: every name after the address. */
export const hostsLine =
  /^\s*(?:0\.0\.0\.0|127(?:\.\d{1,3}){3}|255\.255\.255\.255|::1?|fe80::1(?:%lo0)?|ff0[0-9a-f]::[0-9a-f]{0,3})\s+(\S.*)$/i

export async function readHosts(feed: Opened, labels: Labels, out: Collector): Promise<void> {
  for await (const { first, lines } of linesOf(feed, out)) {
    for (let i = 0; i < lines.length; i++) {
      const line = lines[i]!.replace(/[#].*$/s, '')
      const names = hostsLine.exec(line)?.[1]
      if (names === undefined) {
        if (line.trim() !== '') out.reject('bad_record', first + i, 'not an address and names', line)
        continue
      }
      for (const name of names.trim().split(/\s+/)) {
        if (ownNames.has(name.toLowerCase())) out.ignore('own name')
        else out.take(first + i, 'domain', name, labels)
      }
    }
    if (out.full()) await out.flush()
  }
}

const rpzRecord =
  /^(\S+)?\s+(?:(?:\d+[smhdw]?|IN)\s+){0,2}(SOA|NS|CNAME|A|AAAA|TXT|SRV|MX|DNAME|PTR|CAA|DNSKEY|RRSIG)\s+(\S.*)$/i
/** Triggers on addresses and name servers are written as names below these. */
const rpzSpecial = /^([0-9a-z.-]+)\.(rpz-(?:ip|client-ip|nsip|nsdname))$/

/**
 * A response policy zone: every owner name with a policy other than pass-through. `*.evil.example` beside `evil.example`
 * is one more way to say the same. Zone file syntax as BIND's and Unbound's own: `$ORIGIN`, empty owner = the one before.
 */
export async function readRpz(feed: Opened, labels: Labels, out: Collector): Promise<void> {
  let origin = ''
  let zone = ''
  let owner = ''
  let inParentheses = false
  for await (const { first, lines } of linesOf(feed, out)) {
    for (let i = 0; i < lines.length; i++) {
      const line = lines[i]!.replace(/;.*$/s, '').trimEnd()
      if (line === '') continue
      if (inParentheses) {
        inParentheses = !line.includes(')')
        continue
      }
      const directive = /^\$(\w+)\s+(\S+)/.exec(line)
      if (directive !== null) {
        if (directive[1]!.toUpperCase() === 'ORIGIN') {
          origin = directive[2]!.toLowerCase().replace(/\.$/, '')
          // `@ SOA` without an origin: the zone's name stands in the server's configuration, or in the first $ORIGIN.
          if (zone === '') zone = origin
        } else out.ignore(`$${directive[1]}`)
        continue
      }
      const m = rpzRecord.exec(line)
      if (m === null) {
        out.reject('bad_record', first + i, 'not a zone record', line)
        continue
      }
      const [, name, type, data] = m
      if (name !== undefined) owner = absolute(name, origin)
      if (type!.toUpperCase() === 'SOA') {
        zone = owner
        if (origin === '') origin = zone
        inParentheses = data!.includes('(') && !data!.includes(')')
      }
      if (/^(?:SOA|NS|DNSKEY|RRSIG)$/i.test(type!)) out.ignore(type!.toUpperCase())
      else takeTrigger(first + i, owner, zone, data!, labels, out)
    }
    if (out.full()) await out.flush()
  }
}

const absolute = (name: string, origin: string): string => {
  const n = name.toLowerCase()
  if (n === '@') return origin
  return n.endsWith('.') ? n.slice(0, -1) : origin === '' ? n : `${n}.${origin}`
}

function takeTrigger(record: number, owner: string, zone: string, data: string, labels: Labels, out: Collector): void {
  const inZone = zone !== '' && owner.endsWith(`.${zone}`) ? owner.slice(0, -zone.length - 1) : owner
  if (/^rpz-passthru\.?$/i.test(data.trim())) {
    out.ignore('rpz-passthru')
    return
  }
  const special = rpzSpecial.exec(inZone)
  if (special === null || special[2] !== 'rpz-ip') {
    if (special === null) out.take(record, 'domain', inZone, labels)
    else out.ignore(special[2]!)
    return
  }
  const [prefix, ...parts] = special[1]!.split('.')
  const isV4 = parts.length === 4 && parts.every((p) => /^\d{1,3}$/.test(p))
  // Parts stand in reverse; `zz` is the `::` of IPv6.
  const written = parts.reverse().join(isV4 ? '.' : ':')
  const address = written.replace(/(?:^|:)zz(?::|$)/, '::')
  out.take(record, 'cidr', `${address}/${prefix}`, labels)
}
