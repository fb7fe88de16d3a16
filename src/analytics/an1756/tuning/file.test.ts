import { describe, expect, test } from 'vitest'
import { UserError } from '../../../model/index.ts'
import { parseTuning } from './file.ts'
import { day, fault, hour, judged, met, reportedOn, start } from './testing.ts'
import { openTuning } from './tuning.ts'

const entry = { of: ['10.9.0.0/24'], author: 'ada@company.example', reason: 'new office', expires: '2026-12-31' }
const file = (...entries: object[]): string => JSON.stringify({ entries })

const faultOf = (text: string): string => {
  try {
    parseTuning(text, 'ours.json')
  } catch (error) {
    expect(error).toBeInstanceOf(UserError)
    const { message, why, next } = error as UserError
    expect(next).not.toBe('')
    return `${message} ${why}`
  }
  return ''
}

describe('a file that cannot be used says why, and nothing of it is applied', () => {
  test.each([
    ['not JSON', '{"entries": [', 'ours.json is not JSON'],
    ['another shape', '[]', 'expected object'],
    ['no entries', '{"entries": []}', 'entries'],
    ['no author', file({ ...entry, author: undefined }), 'entries.0.author'],
    ['empty reason', file({ ...entry, reason: ' ' }), 'entries.0.reason'],
    ['no expiry', file({ ...entry, expires: undefined }), 'entries.0.expires'],
    ['an expiry that is no day', file({ ...entry, expires: 'never' }), 'a day such as 2027-03-31'],
    ['a day that is none', file({ ...entry, expires: '2026-13-45' }), 'a day such as 2027-03-31'],
    ['a misspelt key', file({ ...entry, port: [443] }), 'unknown “port”'],
    ['a kind that is none', file({ ...entry, quiet: ['everything'] }), 'entries.0.quiet.0'],
    ['a port that is none', file({ ...entry, ports: [70_000] }), 'entries.0.ports.0'],
    ['all addresses', file({ ...entry, of: ['0.0.0.0/0'] }), 'wider than /8'],
    ['no name', file({ ...entry, of: ['a b'] }), 'neither a name'],
    ['a URL', file({ ...entry, of: ['https://wiki.company.example/x'] }), 'neither a name'],
    ['everything below com', file({ ...entry, of: ['com'] }), 'shared by strangers'],
    ['a cloud', file({ ...entry, of: ['s3.amazonaws.com'] }), 'shared by strangers'],
    ['a part of a domain', file({ ...entry, of: ['vpn.company-it.com'] }), 'a part of company-it.com'],
    ['ports outside', file({ ...entry, of: ['company-it.com'], ports: [443] }), 'leave ports out'],
    ['ports of a network outside', file({ ...entry, of: ['203.0.113.0/24'], ports: [443] }), 'leave ports out'],
  ])('%s', (_, text, expected) => {
    expect(faultOf(text)).toContain(expected)
  })
  test('at most ten faults are told, with the number of the others', () => {
    const faults = faultOf(file({ ...entry, of: Array.from({ length: 40 }, (_, n) => `bad name ${n}`) }))
    expect(faults).toContain('bad name 9')
    expect(faults).not.toContain('bad name 10')
    expect(faults).toContain('and 30 more')
  })
})

test('names and networks are taken in any notation', () => {
  const [service] = parseTuning(
    file({ ...entry, of: ['Company-IT.com.', 'BÜCHER.example', 'wiki.corp', '10.9.0.7', 'fd00::/48'] }),
    'x',
  )
  expect(service!.names).toEqual(['company-it.com', 'xn--bcher-kva.example', 'wiki.corp'])
  expect(service!.networks.map(({ first, prefix }) => `${first}/${prefix}`)).toEqual(['10.9.0.7/32', 'fd00::/48'])
  expect(service!.until).toBe(Date.UTC(2027, 0, 1) / 1000)
})

describe('EnterpriseServiceBaseline: what a company has is not new', () => {
  const at = start + 15 * day + 10 * hour
  const exploit = fault('imagent', { device: 7, at: at + hour / 2 })
  const sweep = Array.from({ length: 12 }, (_, k) =>
    met({ device: 7, host: `10.9.0.${k + 1}:${k % 2 ? 445 : 631}`, at: at + k * 60, hours: 1, contacts: 2 }),
  )
  const inside = (...entries: object[]) =>
    reportedOn(judged({ episodes: sweep, effects: [exploit] }, openTuning(parseTuning(file(...entries), 'x'))))

  test.each([
    ['quiet: its network', [entry], []],
    [
      'quiet: its network in two entries, by port',
      [
        { ...entry, ports: [445] },
        { ...entry, ports: [631] },
      ],
      [],
    ],
    ['fires: another network', [{ ...entry, of: ['10.9.1.0/24'] }], [7]],
    ['fires: ports that it does not name', [{ ...entry, ports: [8443] }], [7]],
    ['quiet: what is left is too little', [{ ...entry, of: ['10.9.0.0/28'] }], []],
    ['fires: an entry that had expired when the contact happened', [{ ...entry, expires: '2026-05-18' }], [7]],
    ['quiet: an entry that expired on the day of the contact', [{ ...entry, expires: '2026-05-19' }], []],
    ['fires: an entry that is about something else', [{ ...entry, quiet: ['tunnel'] }], [7]],
  ])('%s', (_, entries, expected) => {
    expect(inside(...entries)).toEqual(expected)
  })

  const channel = met({ device: 7, host: 'files.company-it.com', at, hours: 12, contacts: 240, out: 900_000 })
  test.each([
    ['quiet: its own domain', ['company-it.com'], []],
    ['fires: a domain that ends alike', ['any-it.com'], [7]],
    ['fires: another', ['company-hr.com'], [7]],
  ])('%s', (_, of, expected) => {
    const tuning = openTuning(parseTuning(file({ ...entry, of }), 'x'))
    expect(reportedOn(judged({ episodes: [channel], effects: [exploit] }, tuning))).toEqual(expected)
  })
  test('what it does not say stays: a tunnel below its own domain is none of the usual kinds', () => {
    const tunnel = { ...channel, names_day: 4000, longest_day: 200_000, odd_day: 3000 }
    const tuning = openTuning(parseTuning(file({ ...entry, of: ['company-it.com'] }), 'x'))
    const { reported } = judged({ episodes: [tunnel], effects: [exploit] }, tuning)
    expect(reported.map(({ surprise }) => surprise.kind)).toEqual(['tunnel'])
  })
})
