// Laws of src/names, over generated input.
import { domainToASCII } from 'node:url'
import fc from 'fast-check'
import ipaddr from 'ipaddr.js'
import { describe, expect, it } from 'vitest'
import {
  canonicalCidr,
  canonicalIp,
  canonicalMac,
  canonicalName,
  canonicalUrl,
  isPlainName,
  isSharedSuffix,
  parentsOf,
  refang,
  registrableDomain,
  safeText,
  sameProcess,
} from '../../src/names/index.ts'

const label = fc.stringMatching(/^[a-z0-9_]([a-z0-9_-]{0,10}[a-z0-9])?$/).filter((l) => !l.startsWith('xn--'))
const top = fc.constantFrom('com', 'net', 'co.uk', 'example', 'github.io')
const name = fc
  .tuple(fc.array(label, { minLength: 1, maxLength: 4 }), top)
  .map(([labels, end]) => [...labels, end].join('.'))

/** Pieces that mean something to one of the parsers, strung together. */
const piece = fc.constantFrom(
  ...'. .. [ ] ( ) { } [.] [:] (dot) [at] dot at : :// // / ? # @ % \\ \t - _ a x 0 1 0x7f 127.0.0.1 ::1 ::ffff:1.2.3.4 [::1] %en0'.split(
    ' ',
  ),
  ...'http:// hxxps:// hxxp h**p http:\\ x:// :80 :8443 evil com evil.com EVIL.com xn-- xn--bcher-kva xn--a bücher ß 。 ． ０ １ Ⅷ'.split(
    ' ',
  ),
  ...[
    'א',
    '\u200d',
    '\u00ad',
    '\u200b',
    '\ufeff',
    '\u2028',
    ' ',
    '\u0000',
    '\u001b',
    '💩',
    '\ud800',
    '⒈',
    '…',
    '／',
    '：',
    '（',
    'İ',
    '\u3000',
  ],
)
const mess = fc.oneof(
  fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ maxLength: 40 }),
)

const runs = { numRuns: 3000, seed: 20260101 }

describe('canonicalName', () => {
  it('is idempotent on anything', () => {
    fc.assert(
      fc.property(mess, (raw) => {
        const once = canonicalName(raw)
        if (once !== null) expect(canonicalName(once.value)).toEqual(once)
      }),
      { ...runs, numRuns: 20_000 },
    )
  })

  it('does not depend on case, final dot, blanks, port, scheme, userinfo or defanging', () => {
    const dress = fc.constantFrom<(n: string) => string>(
      (n) => n.toUpperCase(),
      (n) => `${n}.`,
      (n) => ` ${n}\t`,
      (n) => `${n}:8443`,
      (n) => `https://${n}/path?q=other.org`,
      (n) => `http://user:secret@${n}`,
      (n) => `hxxps[:]//${n}`,
      (n) => n.replaceAll('.', '[.]'),
      (n) => n.replaceAll('.', '(dot)'),
      (n) => n.replace('.', '[.'),
    )
    fc.assert(
      fc.property(name, dress, (plain, wear) => {
        expect(canonicalName(wear(plain))).toEqual({ kind: 'domain', value: plain, valid: true })
      }),
      runs,
    )
  })

  it('takes the short way only where the long way says the same', () => {
    let plain = 0
    fc.assert(
      fc.property(fc.oneof(name, fc.stringMatching(/^[a-z0-9_x.-]{1,12}$/)), (n) => {
        const long = canonicalName(`http://${n}/`)
        if (!isPlainName(n)) return
        plain++
        expect(long).toEqual({ kind: 'domain', value: n, valid: true })
        expect(canonicalName(n)).toEqual(long)
      }),
      runs,
    )
    expect(plain).toBeGreaterThan(1000)
  })

  it('agrees with Node’s domainToASCII wherever that does not read an address out of the name', () => {
    let accepted = 0
    let rejected = 0
    const odd = fc.array(
      fc.constantFrom(
        'a',
        'B',
        'ü',
        'ß',
        'é',
        '中',
        '文',
        'א',
        '1',
        '-',
        '.',
        '。',
        '\u200d',
        '\u00ad',
        'Ⅷ',
        '⒈',
        '\ufffd',
        '_',
      ),
      {
        minLength: 1,
        maxLength: 8,
      },
    )
    fc.assert(
      fc.property(odd, (parts) => {
        const written = `a${parts.join('')}.example`
        const expected = domainToASCII(written)
        const got = canonicalName(written)!
        if (expected === '') {
          rejected++
          expect(got.valid).toBe(false)
        } else {
          accepted++
          expect(got.valid).toBe(!expected.includes('..'))
          if (got.valid) expect(got.value).toBe(expected)
        }
      }),
      runs,
    )
    expect(Math.min(accepted, rejected)).toBeGreaterThan(100)
  })

  it('never turns a rejected ASCII name into another', () => {
    const odd = fc.constantFrom(
      '0x7f.1',
      'x%41',
      '1.2.3',
      '256.1.1.1',
      '0x7f000001',
      '010.0.0.1',
      'a b',
      'a\tb',
      'a|b',
      'a^b',
      '<b>',
      'xn--a',
      'xn--evil-',
    )
    fc.assert(
      fc.property(odd, fc.option(fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/)), (bad, below) => {
        const written = below === null ? bad : `${below}.${bad}`
        expect(canonicalName(written.toUpperCase())).toEqual({ kind: 'domain', value: written, valid: false })
        expect(canonicalName(`http://${written}/`)).toEqual({ kind: 'domain', value: written, valid: false })
      }),
      runs,
    )
  })

  it('still matches a rejected name by suffix', () => {
    fc.assert(
      fc.property(fc.constantFrom('a b', 'x%41', '\u200d', '<b>', 'é א', 'a\u0000'), name, (bad, above) => {
        const got = canonicalName(`${bad}.${above}`)!
        expect(got.valid).toBe(false)
        expect(parentsOf(got.value)).toContain(above)
      }),
      runs,
    )
  })
})

/** The oracle: labels compared one by one from the right. */
function isAtOrBelow(candidate: string, indicator: string): boolean {
  const a = candidate.split('.')
  const b = indicator.split('.')
  if (a.length < b.length) return false
  for (let i = 1; i <= b.length; i++) if (a[a.length - i] !== b[b.length - i]) return false
  return true
}

it('matching through parentsOf equals comparing label by label', () => {
  let hits = 0
  const small = fc
    .array(fc.constantFrom('a', 'b', 'evil', 'notevil', 'com', ''), { minLength: 1, maxLength: 4 })
    .map((l) => l.join('.'))
    .filter((n) => n !== '')
  fc.assert(
    fc.property(small, small, (candidate, indicator) => {
      const expected = isAtOrBelow(candidate, indicator)
      if (expected) hits++
      expect(parentsOf(candidate).includes(indicator)).toBe(expected)
    }),
    runs,
  )
  expect(hits).toBeGreaterThan(100)
})

it('a registrable domain lies on a label border of the name, one label below a shared suffix', () => {
  fc.assert(
    fc.property(name, (n) => {
      const domain = registrableDomain(n)
      if (domain === null) return
      expect(parentsOf(n)).toContain(domain)
      expect(isSharedSuffix(domain)).toBe(false)
      expect(isSharedSuffix(parentsOf(domain)[1]!)).toBe(true)
    }),
    runs,
  )
})

describe('addresses', () => {
  const six = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), { minLength: 8, maxLength: 8 })

  it('canonicalIp agrees with ipaddr.js', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.ipV4(),
          fc.ipV6(),
          six.map((p) => p.map((n) => n.toString(16)).join(':')),
        ),
        (ip) => {
          // Left out: IPv4 in the tail of an address that is not mapped; ipaddr.js 2.5 reads `::1.2.3.4` as `::ffff:1.2.3.4`.
          fc.pre(!(ip.includes(':') && ip.includes('.')))
          const parsed = ipaddr.process(ip)
          const expected = parsed instanceof ipaddr.IPv6 ? parsed.toRFC5952String() : parsed.toString()
          expect(canonicalIp(ip)).toBe(expected)
          expect(canonicalIp(ip.toUpperCase())).toBe(expected)
          expect(canonicalIp(expected)).toBe(expected)
          expect(canonicalName(ip)).toEqual({ kind: 'ip', value: expected, valid: true })
          expect(canonicalName(ip.includes(':') ? `[${ip}]:443` : `${ip}:443`)!.value).toBe(expected)
        },
      ),
      runs,
    )
  })

  it('canonicalCidr holds exactly the addresses that ipaddr.js puts into the network', () => {
    let inside = 0
    const v4 = fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 }))
    const v6 = fc.tuple(
      six.map((p) => p.map((n) => n.toString(16)).join(':')),
      fc.integer({ min: 0, max: 128 }),
    )
    fc.assert(
      fc.property(fc.oneof(v4, v6), fc.nat(127), ([ip, prefix], flip) => {
        const address = ipaddr.parse(ip)
        fc.pre(!(address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress()))
        const cidr = canonicalCidr(`${ip}/${prefix}`)!
        const first = ipaddr.parse(cidr.first)
        const bytes = address.toByteArray()
        const bit = flip % (bytes.length * 8)
        bytes[bit >> 3]! ^= 0x80 >> (bit & 7)
        const other = ipaddr.fromByteArray(bytes)
        // Flipping one bit leaves the network exactly where the bit belongs to it.
        const stays = bit >= prefix
        if (stays) inside++
        expect(other.match([first, prefix] as never)).toBe(stays)
        expect(address.match([first, prefix] as never)).toBe(true)
        expect(canonicalCidr(cidr.text)).toEqual(cidr)
        expect(cidr).toMatchObject({ prefix, family: bytes.length === 4 ? 4 : 6, text: `${cidr.first}/${prefix}` })
      }),
      runs,
    )
    expect(inside).toBeGreaterThan(100)
  })

  it('canonicalMac does not depend on the notation', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 6, maxLength: 6 }), (bytes) => {
        const hex = bytes.map((b) => b.toString(16).padStart(2, '0'))
        const solid = hex.join('')
        const expected = hex.join(':')
        const dotted = solid.match(/.{4}/g)!.join('.')
        const short = bytes.map((b) => b.toString(16)).join(':')
        for (const text of [expected, hex.join('-'), solid, dotted, short, expected.toUpperCase()])
          expect(canonicalMac(text)).toBe(expected)
      }),
      runs,
    )
  })
})

it('canonicalUrl is idempotent, and its host is that of canonicalName', () => {
  let urls = 0
  fc.assert(
    fc.property(
      fc.oneof(
        mess,
        mess.map((m) => `http://evil.com/${m}`),
        mess.map((m) => `hxxps://${m}/`),
      ),
      (raw) => {
        const once = canonicalUrl(raw)
        if (once === null) return
        urls++
        expect(canonicalUrl(once.url)).toEqual(once)
        expect(once.host).toBe(canonicalName(raw)!.value)
      },
    ),
    { ...runs, numRuns: 10_000 },
  )
  expect(urls).toBeGreaterThan(1000)
})

it('refang is idempotent and leaves what is not defanged alone', () => {
  fc.assert(
    fc.property(mess, (raw) => {
      expect(refang(refang(raw))).toBe(refang(raw))
    }),
    runs,
  )
  fc.assert(
    fc.property(
      fc.oneof(
        name,
        fc.ipV6().map((ip) => `[${ip}]:53`),
        fc.webUrl(),
      ),
      (text) => {
        expect(refang(text)).toBe(text)
      },
    ),
    runs,
  )
})

it('safeText leaves nothing that moves, hides or reverses text, and is idempotent', () => {
  fc.assert(
    fc.property(mess, fc.integer({ min: 1, max: 60 }), (raw, max) => {
      const shown = safeText(raw, max)
      expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
      expect(shown.length).toBeLessThanOrEqual(max)
      expect(safeText(shown, max)).toBe(shown)
    }),
    runs,
  )
})

it('sameProcess holds for every cut at 15 and 16 bytes and for no other', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z.]{18,30}$/), fc.integer({ min: 1, max: 17 }), (whole, cut) => {
      expect(sameProcess(whole, whole.slice(0, cut))).toBe(cut === 15 || cut === 16)
      expect(sameProcess(whole.slice(0, cut), whole)).toBe(cut === 15 || cut === 16)
    }),
    runs,
  )
})
