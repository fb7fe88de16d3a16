// Every branch of the judge, and both sides of every border.
import { describe, expect, test } from 'vitest'
import type { Finding } from '../../model/index.ts'
import { caveats } from './caveats.ts'
import { findingId } from './id.ts'
import { judge } from './judge.ts'
import { joinPrevalent, prevalence } from './prevalence.ts'
import type { IndicatorFacts, Row } from './row.ts'
import { oddsOf, scoreOf, weights } from './score.ts'
import { factsOf, noon, rowOf } from './testing.ts'

const judged = (row: Partial<Row> = {}, indicator: Partial<IndicatorFacts> = {}, more = {}): Finding =>
  judge(rowOf(row), factsOf(indicator, more))!
const codes = (finding: Finding): string[] => finding.caveats.map((note) => note.code)
/** Severity, caveats and the steps of log-odds beyond the indicator's own. */
const told = (row: Partial<Row>, indicator: Partial<IndicatorFacts> = {}, more = {}) => {
  const finding = judged(row, indicator, more)
  return [finding.severity, codes(finding), finding.score]
}
const score = (...steps: (keyof typeof weights)[]): number =>
  scoreOf(oddsOf(0.75) + steps.reduce((sum, step) => sum + weights[step], 0))
const app = { apps: { 'com.invented.notes': 3 } }
const safari = { apps: { 'com.apple.mobilesafari': 3 } }
const targeted = { targeted: true }

test('an indicator that no feed knows any more is no finding', () => {
  expect(judge(rowOf(), { ...factsOf(), indicator: () => null })).toBeNull()
})

test('the indicator is asked for at the time that the row names', () => {
  const facts = factsOf()
  const asked = (at: number) =>
    judge(rowOf({ judged_at: at }), {
      ...facts,
      indicator: (id, time) => (time === 5 ? facts.indicator(id, time) : null),
    })
  expect([asked(5) === null, asked(6) === null]).toEqual([false, true])
})

test('a whole finding', () => {
  const finding = judged(
    { ...app, attribution: 'on_device_report', user: 'Ada', device_group: 'Board', contacts: 3, last: noon + 5e6 },
    { families: ['BRASSLARK'], validFrom: noon - 1e6, validUntil: noon + 9e6, statedConfidence: 80, confidence: 80 },
  )
  expect(finding).toEqual({
    id: findingId('device phone', 'i1'),
    analytic: 'AN1700',
    version: 1,
    title: 'com.invented.notes on phone contacted x.evil.test, listed by feed (BRASSLARK)',
    severity: 'high',
    score: scoreOf(oddsOf(0.8) + weights.attributed),
    new: false,
    device: { id: 'phone', name: 'phone', group: 'Board', address: '10.0.0.1', identified_by: 'map:ip' },
    user: 'Ada',
    app: 'com.invented.notes',
    process: null,
    attribution: 'on_device_report',
    destination: { value: 'x.evil.test', raw: 'X.evil.test', kind: 'domain' },
    first_seen: '2026-09-15T10:00:00.000Z',
    last_seen: '2026-09-15T10:00:05.000Z',
    count: 3,
    indicator: {
      id: 'i1',
      kind: 'domain',
      value: 'evil.test',
      families: ['BRASSLARK'],
      feeds: ['feed'],
      state_at_event: 'valid',
      valid_from: '2026-09-15T09:59:59.000Z',
      valid_until: '2026-09-15T10:00:09.000Z',
      confidence: 80,
    },
    retroactive: false,
    links: [],
    evidence: [{ source: 'ssl.log', record: 7, ts: '2026-09-15T10:00:00.123Z', raw: '{}' }],
    caveats: [],
  })
})

test('what is not known is null, and attribution belongs to an app or process', () => {
  const finding = judged({
    device_id: '',
    device_name: '',
    device_how: '',
    address: '',
    attribution: 'on_device_report',
  })
  expect(finding.device).toEqual({ id: null, name: null, group: null, address: null, identified_by: null })
  expect([finding.user, finding.app, finding.process, finding.attribution]).toEqual([null, null, null, null])
  expect([finding.indicator!.valid_from, finding.indicator!.valid_until, finding.indicator!.confidence]).toEqual([
    null,
    null,
    null,
  ])
})

describe('S1–S3 the ladder', () => {
  test.each([
    ['targeted, by an app', app, targeted, 'critical', [], score('attributed')],
    ['targeted, by a process', { processes: { implantd: 1 } }, targeted, 'critical', [], score('attributed')],
    ['targeted, by nobody knows whom', {}, targeted, 'high', ['app_unknown'], score()],
    ['anything else, by an app', app, {}, 'high', [], score('attributed')],
    ['a look-up', { kinds: { dns: 2 } }, {}, 'high', ['lookup_only', 'app_unknown'], score('lookup_only')],
    ['a look-up and more', { kinds: { dns: 2, tls: 1 } }, {}, 'high', ['app_unknown'], score('several_kinds')],
    ['targeted, in a browser', safari, targeted, 'medium', ['visit'], score('visit', 'attributed')],
    [
      'targeted, in a browser’s process',
      { processes: { 'com.apple.WebKit': 1 } },
      targeted,
      'medium',
      ['visit'],
      score('visit', 'attributed'),
    ],
    [
      'a browser and an app',
      { apps: { 'com.apple.mobilesafari': 9, 'com.invented.notes': 1 } },
      targeted,
      'critical',
      ['several_apps'],
      score('attributed'),
    ],
    [
      'an app of a browser’s process',
      { ...app, processes: { 'com.apple.WebKit.Networking': 1 } },
      targeted,
      'critical',
      [],
      score('attributed'),
    ],
    [
      'what the user asked an app for',
      { ...app, user_hits: 2 },
      targeted,
      'medium',
      ['visit'],
      score('visit', 'attributed'),
    ],
    [
      'what the user and the app asked for',
      { ...app, user_hits: 2, app_hits: 1 },
      targeted,
      'critical',
      [],
      score('attributed'),
    ],
    ['the user, but no app known', { user_hits: 2 }, {}, 'high', ['app_unknown'], score()],
  ] as const)('%s', (_, row, indicator, ...rest) => expect(told(row, indicator)).toEqual(rest))
})

describe('S4, S5 places', () => {
  const at = (value: string, listed = value, more: Partial<Row> = {}, indicator: Partial<IndicatorFacts> = {}) =>
    told({ value, ...app, ...more }, { value: listed, ...targeted, ...indicator })
  test.each([
    [
      'exact host on shared infrastructure',
      'bad.cloudinary.com',
      'bad.cloudinary.com',
      'critical',
      [],
      score('attributed'),
    ],
    [
      'below it',
      'x.bad.cloudinary.com',
      'bad.cloudinary.com',
      'low',
      ['shared_infrastructure'],
      score('shared_infrastructure', 'attributed'),
    ],
    [
      'the service itself',
      'bit.ly',
      'bit.ly',
      'low',
      ['shared_infrastructure'],
      score('shared_infrastructure', 'attributed'),
    ],
    [
      'the service below another of its owner',
      'firebasestorage.googleapis.com',
      'firebasestorage.googleapis.com',
      'low',
      ['shared_infrastructure'],
      score('shared_infrastructure', 'attributed'),
    ],
    [
      'a suffix of strangers',
      'github.io',
      'github.io',
      'low',
      ['shared_infrastructure'],
      score('shared_infrastructure', 'attributed'),
    ],
    ['a tenant', 'evil.github.io', 'evil.github.io', 'critical', [], score('attributed')],
    ['below a tenant', 'x.evil.github.io', 'evil.github.io', 'critical', [], score('attributed')],
    ['parked', 'x.parkingcrew.net', 'x.parkingcrew.net', 'low', ['parked'], score('parked', 'attributed')],
    ['sinkhole', 'x.sinkhole.cert.pl', 'sinkhole.cert.pl', 'low', ['sinkhole'], score('sinkhole', 'attributed')],
    ['security service', 'x.urlscan.io', 'x.urlscan.io', 'low', ['scanner'], score('scanner', 'attributed')],
    ['top site', 'www.google.com', 'www.google.com', 'low', ['known_service'], score('known_service', 'attributed')],
    ['Apple', 'www.icloud.com', 'www.icloud.com', 'low', ['known_service'], score('known_service', 'attributed')],
    [
      'SDK',
      'x.adjust.com',
      'x.adjust.com',
      'critical',
      ['embedded_third_party'],
      score('embedded_third_party', 'attributed'),
    ],
    ['dynamic DNS', 'evil.dynv6.net', 'evil.dynv6.net', 'critical', ['dynamic_dns'], score('attributed')],
  ] as const)('%s', (_, value, listed, ...rest) => expect(at(value, listed)).toEqual(rest))

  test('a public resolver’s address', () => {
    expect(told({ observed: 'ip', value: '9.9.9.9' }, { kind: 'ip', value: '9.9.9.9' })).toEqual([
      'low',
      ['known_service', 'app_unknown'],
      score('known_service'),
    ])
  })
  test('owners are named', () => {
    expect(judged({ value: 'x.adjust.com' }).caveats[0]!.text).toContain('Adjust')
  })
})

describe('M7 URLs', () => {
  const url = { kind: 'url', url: 'http://s3.amazonaws.com/b/x', value: 's3.amazonaws.com' }
  test('met: the URL is the destination, and a shared host says nothing against it', () => {
    const finding = judged(
      {
        observed: 'url',
        value: 'HTTP://s3.amazonaws.com:80/b/x#f',
        raw: 'HTTP://s3.amazonaws.com:80/b/x#f',
        url_rows: 1,
      },
      url,
    )
    expect([finding.severity, codes(finding), finding.score]).toEqual(['high', ['app_unknown'], score('url_exact')])
    expect(finding.destination).toEqual({
      value: 'http://s3.amazonaws.com/b/x',
      raw: 'HTTP://s3.amazonaws.com:80/b/x#f',
      kind: 'url',
    })
    expect(finding.indicator!.value).toBe('http://s3.amazonaws.com/b/x')
  })
  test('met on an address', () => {
    const finding = judged(
      { observed: 'url', value: 'http://203.0.113.9/x', url_rows: 1 },
      { kind: 'url', url: 'http://203.0.113.9/x', value: '203.0.113.9' },
    )
    expect([finding.destination!.kind, finding.destination!.value]).toEqual(['url', 'http://203.0.113.9/x'])
  })
  test('only its host', () => {
    expect(
      told(
        { value: 'files.test', ...app },
        { kind: 'url', url: 'http://files.test/x', value: 'files.test', ...targeted },
      ),
    ).toEqual(['low', ['url_host_only'], score('url_host_only', 'attributed')])
  })
})

describe('T1–T4 age', () => {
  test('retroactive', () => {
    const finding = judged(app, { retroactive: true, validFrom: noon + 1e6, ...targeted })
    expect([finding.severity, codes(finding), finding.score, finding.retroactive]).toEqual([
      'medium',
      ['retroactive'],
      score('retroactive', 'attributed'),
      true,
    ])
    expect(finding.caveats[0]!.text).toContain('2026-09-15T10:00:01.000Z')
  })
  test('aged', () => {
    const finding = judged(app, { aged: true, since: noon - 400 * 86_400e6, ...targeted })
    expect([finding.severity, codes(finding), finding.score]).toEqual([
      'medium',
      ['indicator_aged'],
      score('attributed'),
    ])
    expect(finding.caveats[0]!.text).toContain('2025-08-11')
  })
  test('expired: history, with an id of its own and no score above chance', () => {
    const finding = judged({ ended: 'expired', ...app }, { validUntil: noon - 1e6, retroactive: true })
    expect([finding.severity, codes(finding), finding.score, finding.retroactive]).toEqual([
      'info',
      ['indicator_expired'],
      0.5,
      false,
    ])
    expect(finding.id).toBe(findingId('device phone', 'i1', true))
    expect(finding.id).not.toBe(findingId('device phone', 'i1'))
    expect(finding.indicator!.state_at_event).toBe('expired')
    expect(finding.title).toMatch(/ — not valid at the time$/)
    expect(finding.caveats[0]!.text).toContain('2026-09-15T09:59:59.000Z')
    expect(judged({ ended: 'expired' }).caveats.find((note) => note.code === 'indicator_expired')!.text).toContain(
      'by a reviewer',
    )
  })
  test('revoked: info under the id of the finding that it marks', () => {
    const finding = judged({ ended: 'revoked' }, { confidence: 20 })
    expect([finding.severity, codes(finding), finding.id]).toEqual([
      'info',
      ['app_unknown', 'indicator_revoked'],
      findingId('device phone', 'i1'),
    ])
    expect(finding.score).toBe(0.2)
  })
})

describe('S6 warning lists', () => {
  const on = (type: string) => told(app, targeted, { warnings: () => [{ name: 'L', type }] })
  test.each(['hostname', 'string', 'cidr'])('%s', (type) =>
    expect(on(type)).toEqual(['low', ['warning_list'], score('warning_list', 'attributed')]),
  )
  test.each(['substring', 'regex'])('%s', (type) =>
    expect(on(type)).toEqual(['critical', ['warning_list'], score('warning_pattern', 'attributed')]),
  )
  test('what they are asked', () => {
    const asked: unknown[] = []
    const warnings = (...given: unknown[]) => {
      asked.push(given)
      return []
    }
    judged({ value: 'X.Evil.test.' }, {}, { warnings })
    judged({ value: '203.0.113.9:80' }, {}, { warnings })
    judged({ observed: 'ip', value: '203.0.113.9' }, {}, { warnings })
    judged(
      { observed: 'url', value: 'http://Files.test/x#y', url_rows: 1 },
      { kind: 'url', value: 'files.test' },
      { warnings },
    )
    for (const observed of ['app', 'process', 'ja3', 'ja4', 'cert']) judged({ observed, value: 'x' }, {}, { warnings })
    expect(asked).toEqual([
      ['domain', 'x.evil.test', ''],
      ['ip', '203.0.113.9', ''],
      ['ip', '203.0.113.9', ''],
      ['domain', 'files.test', 'http://files.test/x'],
    ])
  })
})

describe('S8, S11, M10 how it was seen', () => {
  test('blocked, referrer, summary', () => {
    expect(codes(judged({ blocked: 2, rows: 5 }))).toEqual(['blocked', 'app_unknown'])
    expect(judged({ blocked: 2, rows: 5 }).caveats[0]!.text).toContain('2 of 5')
    const lured = judged({ referrer: `http://lure.example/\u001b${'x'.repeat(900)}` }).caveats.at(-1)!
    expect(lured.code).toBe('redirected')
    expect(lured.text).not.toContain('\u001b')
    expect(lured.text.length).toBeLessThan(500)
    expect(codes(judged({ ...app, kinds: { app_domain: 3 }, summaries: 1 }))).toEqual(['summary'])
    expect(codes(judged({ ...app, kinds: { app_domain: 3 }, summaries: 0 }))).toEqual([])
    expect(codes(judged({ ...app, kinds: { app_domain: 3, dns: 1 }, summaries: 1 }))).toEqual([])
  })
  test('a process by its name, whole or cut', () => {
    const process = (value: string, listed: string) =>
      judged({ observed: 'process', value, processes: { [value]: 1 } }, { kind: 'process', value: listed, ...targeted })
    const whole = process('implantd', 'implantd')
    expect([whole.severity, codes(whole), whole.score, whole.destination]).toEqual([
      'medium',
      ['process_name_only'],
      score('process_name_only', 'attributed'),
      null,
    ])
    expect(whole.title).toBe('Process implantd on phone, listed by feed')
    expect(codes(process('a-long-process-', 'a-long-process-name'))).toEqual(['process_name_only', 'process_name_cut'])
  })
  test('an app by its id, also one that is a browser', () => {
    const finding = judged(
      { observed: 'app', value: 'com.apple.mobilesafari', ...safari },
      { kind: 'app', value: 'com.apple.mobilesafari', ...targeted },
    )
    expect([finding.severity, codes(finding), finding.destination, finding.title]).toEqual([
      'critical',
      [],
      null,
      'App com.apple.mobilesafari on phone, listed by feed',
    ])
  })
  test.each(['ja3', 'ja4'] as const)('%s', (observed) => {
    expect(told({ observed, value: 'aa' }, { kind: observed, value: 'aa' })).toEqual([
      'low',
      ['app_unknown', 'weak_fingerprint'],
      score(observed),
    ])
  })
  test('a certificate', () => {
    const finding = judged({ observed: 'cert', value: 'ab', kinds: { dns: 1 } }, { kind: 'cert_sha256', value: 'ab' })
    expect([finding.severity, codes(finding), finding.destination]).toEqual([
      'high',
      ['app_unknown'],
      { value: 'ab', raw: 'X.evil.test', kind: 'cert' },
    ])
  })
  test('the app that met it most is named; of equals the first', () => {
    expect(judged({ apps: { b: 2, a: 2, c: 1 } }).app).toBe('a')
    expect(judged({ apps: { b: 3, a: 2, c: 1 } }).app).toBe('b')
    expect(judged({ apps: { b: 3, a: 2 } }).caveats.find((note) => note.code === 'several_apps')!.text).toContain(
      'a, b',
    )
  })
})

describe('I2, I5 identity', () => {
  test.each([
    [{ device_id: '', device_name: '', candidates: 0 }, ['identity_unknown']],
    [{ device_id: '', device_name: 'x', candidates: 0 }, ['device_label_only']],
    [{ device_id: '', device_name: '', candidates: 2 }, ['identity_ambiguous']],
    [{ candidates: 2 }, ['identity_conflict']],
    [{ candidates: 1 }, []],
  ])('%j', (row, expected) => expect(codes(judged({ ...app, ...row }))).toEqual(expected))
})

describe('titles', () => {
  test.each([
    [{}, 'phone contacted x.evil.test, listed by feed'],
    [{ kinds: { dns: 1 } }, 'phone looked up x.evil.test, listed by feed'],
    [{ kinds: { dns: 1 }, observed: 'ip', value: '203.0.113.9' }, 'phone contacted 203.0.113.9, listed by feed'],
    [safari, 'phone visited x.evil.test in com.apple.mobilesafari, listed by feed'],
    [{ processes: { implantd: 1 } }, 'implantd on phone contacted x.evil.test, listed by feed'],
    [{ device_name: '' }, 'phone contacted x.evil.test, listed by feed'],
    [{ device_name: '', device_id: '' }, '10.0.0.1 contacted x.evil.test, listed by feed'],
    [{ device_name: '', device_id: '', address: '', user: 'ada' }, 'ada contacted x.evil.test, listed by feed'],
    [{ device_name: '', device_id: '', address: '' }, 'an unnamed device contacted x.evil.test, listed by feed'],
  ])('%j', (row, title) => expect(judged(row).title).toBe(title))
  test('what could move a terminal is shown, not sent', () => {
    expect(judged({ value: 'a\u001b[2Jb.evil.test', device_name: 'x\u202e' }).title).not.toMatch(/[\u001b\u202e]/)
  })
})

test('no caveat is left with a hole', () => {
  for (const finding of [
    judged({ candidates: 2 }),
    judged({ ...app, blocked: 1 }),
    judged({ value: 'x.adjust.com' }),
    judged({}, { aged: true, since: 1 }),
  ])
    for (const note of finding.caveats) expect(note.text).not.toMatch(/\{|\}|undefined/)
  expect(Object.values(caveats).every((text) => text.endsWith('.') || text.endsWith('?'))).toBe(true)
})

describe('S9 prevalence', () => {
  const many = (count: number, late = 0, by = prevalence.within + 1): Finding[] =>
    Array.from({ length: count + late }, (_, i) =>
      judged(
        {
          who: `device p${i}`,
          device_id: `p${i}`,
          device_name: i % 2 ? `p${i}` : '',
          first: noon + (i === 0 ? 0 : i < count ? prevalence.within * 1000 : by * 1000),
          last: noon + 2 * prevalence.within * 1000 + i * 1000,
          ...(i === 3 ? app : {}),
        },
        i === 3 ? targeted : {},
      ),
    )
  test.each([
    ['10 of 30', 10, 30, 1],
    ['9 of 30', 9, 30, 9],
    ['10 of 29', 10, 29, 10],
    ['10 of 31: less than a third', 10, 31, 10],
    ['20 of 60', 20, 60, 1],
    ['19 of 60', 19, 60, 19],
  ])('%s', (_, count, fleet, expected) => expect(joinPrevalent(many(count), fleet)).toHaveLength(expected))
  test('the tenth at an hour counts, a millisecond later not', () => {
    expect(joinPrevalent(many(9, 1, prevalence.within), 30)).toHaveLength(1)
    expect(joinPrevalent(many(9, 1), 30)).toHaveLength(10)
  })
  test('one finding with all devices, also later ones, and its severity kept', () => {
    const all = many(10, 2)
    const [one] = joinPrevalent(all, 30)
    expect(one).toMatchObject({
      id: findingId('fleet', 'i1'),
      severity: 'critical',
      title: '12 devices met x.evil.test, listed by feed',
      device: { id: null, name: null, group: null, address: null, identified_by: null },
      user: null,
      app: null,
      count: 12,
      first_seen: all[0]!.first_seen,
      last_seen: all.at(-1)!.last_seen,
      retroactive: false,
    })
    expect(one!.score).toBe(scoreOf(oddsOf(all[3]!.score) + weights.prevalent))
    expect(one!.evidence).toHaveLength(12)
    expect(one!.caveats[0]!.code).toBe('prevalent')
    expect(one!.caveats[0]!.text).toContain('10 of 30 devices')
    for (let i = 0; i < 12; i++) expect(one!.caveats[0]!.text).toMatch(new RegExp(`\\bp${i}\\b`))
  })
  test('what is said of one device is not said of many, and neither order nor another indicator matters', () => {
    const unknown = many(10).map((finding) => ({
      ...finding,
      severity: 'high' as const,
      caveats: [
        { code: 'identity_unknown', text: '' },
        { code: 'app_unknown', text: '' },
      ],
    }))
    const other = { ...unknown[0]!, id: 'other', indicator: { ...unknown[0]!.indicator!, id: 'i2' } }
    const joined = joinPrevalent([...unknown, other], 30)
    expect(joined).toHaveLength(2)
    expect(codes(joined[0]!)).toEqual(['prevalent', 'app_unknown'])
    expect(joinPrevalent([other, ...unknown.toReversed()], 30)[1]).toEqual(joined[0])
  })
  test('evidence is bounded', () => expect(joinPrevalent(many(60), 60)[0]!.evidence).toHaveLength(50))
})

describe('score', () => {
  test('odds and score are inverse, and bounded', () => {
    for (const p of [0.02, 0.5, 0.75, 0.98]) expect(scoreOf(oddsOf(p))).toBe(p)
    expect([scoreOf(oddsOf(0)), scoreOf(oddsOf(1))]).toEqual([0.02, 0.98])
  })
  test('what speaks against lowers, what speaks for raises', () => {
    const raising = ['attributed', 'several_kinds', 'url_exact']
    for (const [name, weight] of Object.entries(weights)) expect(weight > 0, name).toBe(raising.includes(name))
  })
})

describe('borders between the parts', () => {
  test('a later, milder ceiling never raises the severity', () => {
    const finding = judged(
      { value: 'x.parkingcrew.net', ...app },
      { value: 'x.parkingcrew.net', ...targeted, aged: true, since: 1 },
    )
    expect([finding.severity, codes(finding)]).toEqual(['low', ['parked', 'indicator_aged']])
  })
  test('an address as destination, also where a log writes it for a name', () => {
    expect(judged({ observed: 'ip', value: '203.0.113.9' }).destination).toMatchObject({
      value: '203.0.113.9',
      kind: 'ip',
    })
    expect(judged({ value: '203.0.113.9:443' }).destination).toMatchObject({ value: '203.0.113.9', kind: 'ip' })
    expect(judged({ observed: 'app', value: 'http://x.test/a:80' }).title).toContain('App http://x.test/a:80 on')
  })
  test('sentences hold what they are about', () => {
    const text = (finding: Finding, code: string) => finding.caveats.find((note) => note.code === code)!.text
    expect(text(judged({ referrer: 'http://lure.example/' }), 'redirected')).toContain('http://lure.example/')
    expect(text(judged({}, {}, { warnings: () => [{ name: 'Top sites', type: 'string' }] }), 'warning_list')).toMatch(
      /Top sites.*string/,
    )
    expect(text(judged({ device_id: '', candidates: 3 }), 'identity_ambiguous')).toContain('3 devices')
    expect(judged({}, { families: ['A', 'B'], feeds: ['f', 'g'] }).title).toContain('listed by f, g (A, B)')
  })
  test('a relay is told and keeps its severity', () => {
    expect(told({ value: 'mask.icloud.com', ...app }, { value: 'mask.icloud.com', ...targeted })).toEqual([
      'critical',
      ['relay'],
      score('attributed'),
    ])
  })
  test('of equally severe findings the earliest stands for the fleet, of those the first by id', () => {
    const one = (i: number, first: number) =>
      judged({
        who: `p${i}`,
        device_id: `p${i}`,
        device_name: '',
        first,
        last: first,
        value: `n${i}.evil.test`,
        attribution: 'per_app_vpn',
        ...app,
      })
    const all = Array.from({ length: 10 }, (_, i) => one(i, noon + (i === 7 ? 0 : 1000 * i + 1000)))
    const [joined] = joinPrevalent(all, 30)
    expect(joined!.destination!.value).toBe('n7.evil.test')
    expect([joined!.app, joined!.attribution, joined!.process]).toEqual(['com.invented.notes', 'per_app_vpn', null])
    expect(joined!.caveats[0]!.text).toContain('p0, p1, p2')
    const tied = Array.from({ length: 10 }, (_, i) => one(i, noon))
    const least = tied.toSorted((a, b) => (a.id < b.id ? -1 : 1))[0]!
    expect(joinPrevalent(tied, 30)[0]!.destination!.value).toBe(least.destination!.value)
    expect(joinPrevalent(tied.toReversed(), 30)[0]!.destination!.value).toBe(least.destination!.value)
  })
  test('a device without a name is listed by id, then address, then as unnamed', () => {
    const all = Array.from({ length: 10 }, (_, i) =>
      judged(
        { who: `p${i}`, device_id: i < 4 ? `id${i}` : '', device_name: '', address: i < 8 ? `10.0.0.${i}` : '' },
        { retroactive: true, validFrom: noon + 1 },
      ),
    )
    const [joined] = joinPrevalent(all, 30)
    for (const name of ['id0', '10.0.0.5', 'an unnamed device']) expect(joined!.caveats[0]!.text).toContain(name)
    expect(joined!.retroactive).toBe(true)
    expect(codes(joined!)).not.toContain('identity_unknown')
  })
})
