import { describe, expect, test } from 'vitest'
import { registrableDomain } from '../../../names/index.ts'
import { placeOf } from '../place.ts'
import type { EpisodeRow } from '../row.ts'
import { aftermathOf } from './aftermath.ts'
import { quietByClass } from './classes.ts'
import { subjectSchema } from './schema.ts'
import { subjects } from './subjects.ts'
import { crash, day, devices, everyday, fault, hour, judged, met, reportedOn, start, update } from './testing.ts'

const at = start + 15 * day + 10 * hour
/** A name that is met all day, often, as a channel is; and half an hour later a fault in a daemon that parses messages. */
const channel = { device: 7, at, hours: 12, contacts: 240, out: 900_000 }
const exploit = fault('imagent', { device: 7, at: at + hour / 2 })
const chainAt = (host: string) => reportedOn(judged({ episodes: [met({ ...channel, host })], effects: [exploit] }))

test('the fleet that the tests look at: everyday life is quiet, a channel and a fault are found', () => {
  expect(reportedOn(judged({}))).toEqual([])
  expect(chainAt('sync-relay.example')).toEqual([7])
})

describe('every file', () => {
  test.each(Object.entries(subjects))('%s is as the schema says, and nothing else', (_, subject) => {
    expect(subjectSchema.parse(subject)).toEqual(subject)
  })

  test.each(Object.entries(subjects))('%s says why, and from what', (_, subject) => {
    expect(subject.handled_by.length).toBeGreaterThan(40)
    expect(subject.why.length).toBeGreaterThan(40)
  })
  const published = Object.entries(subjects).flatMap(([file, subject]) =>
    subject.published.flatMap(({ of }) => of.map((name): [string, string] => [file, name])),
  )
  test.each(published)('%s: %s, which its maker publishes, makes no surprise', (_, name) => {
    const asked = name.replace(/\/\d+$/, '')
    expect(quietByClass.get(placeOf(asked).class)?.has('new_name')).toBe(true)
  })
  test('no class is quiet that nothing can be of', () => {
    const given = Object.values(subjects).flatMap(({ entries }) => entries.flatMap((e) => ('of' in e ? [e.class] : [])))
    const known = ['apple', 'relay', 'cdn', 'sdk', 'top_site', 'resolver']
    for (const name of quietByClass.keys()) expect([...given, ...known]).toContain(name)
  })
  test('each name and network is given to one class, and once', () => {
    const given = Object.values(subjects).flatMap(({ entries }) => entries.flatMap((e) => ('of' in e ? e.of : [])))
    expect(given.filter((name, i) => given.indexOf(name) !== i)).toEqual([])
  })
})

describe('apple, push, relay, captive: known names', () => {
  test.each([
    ['apple', 'quiet', 'gs-loc.apple.com'],
    ['apple', 'fires', 'gs-loc.apple.com.example'],
    ['push', 'quiet', '7-courier.push.apple.com'],
    ['push', 'quiet', '17.57.144.20'],
    ['push', 'quiet', '7.courier-push-apple.com.akadns.net'],
    ['push', 'fires', '7-courier-push-apple.example'],
    ['relay', 'quiet', 'mask-h2.icloud.com'],
    ['relay', 'fires', 'mask-h2-icloud.com'],
    ['captive', 'quiet', 'www.airport.us'],
    ['captive', 'fires', 'www.airport-wifi.us'],
    ['updates', 'quiet', 'updates.cdn-apple.com.akadns.net'],
    ['updates', 'fires', 'updates-cdn-apple.example'],
  ])('%s, %s: %s', (_, what, host) => {
    expect(chainAt(host)).toEqual(what === 'fires' ? [7] : [])
  })
  test('a name inside a known domain keeps its own class, and a domain one class', () => {
    expect(placeOf('mask.icloud.com')).toMatchObject({ destination: 'mask.icloud.com', class: 'relay' })
    expect(placeOf('p42-content.icloud.com')).toMatchObject({ destination: 'icloud.com', class: 'apple' })
    expect(placeOf('graph.facebook.com').class).toBe(placeOf('www.facebook.com').class)
    expect(placeOf('www.itools.info')).toMatchObject({ destination: 'itools.info', class: 'captive_portal' })
  })
})

describe('captive: the portal itself', () => {
  const portal = { ...channel, host: 'login.hotel-guest.example' }
  test.each([
    ['quiet', { ...portal, hours: 1, contacts: 6, out: 4000 }, []],
    ['fires', portal, [7]],
  ])('%s', (_, contact, expected) => {
    expect(reportedOn(judged({ episodes: [met(contact)], effects: [exploit] }))).toEqual(expected)
  })
})

describe('updates', () => {
  // two days on which everybody updates, and more reports than ever, each from another process
  const updating = Array.from({ length: devices }, (_, n) => update({ device: n, at: start + (15 + (n % 2)) * day }))
  const aftermath = Array.from({ length: devices }, (_, n) =>
    crash(`daemon${n}`, { device: n, at: start + (15 + (n % 2)) * day + 3 * hour }, { os_build: '22H20' }),
  )
  // chance of the channel moderate, so that the effect decides
  const contact = (device: number, days = 15) =>
    met({
      ...channel,
      device,
      host: 'fetch.example',
      at: start + days * day + 2 * hour,
      hours: 8,
      contacts: 40,
      out: 9000,
    })
  // others see the like now and then, so that its place among them can change
  const peers = ['maild', 'passd', 'homed'].map((process, n) =>
    fault(
      process,
      { device: 20 + n, at: start + 5 * day },
      { exception_subtype: 'KERN_INVALID_ADDRESS at 0x0000000000000010' },
    ),
  )
  const exploited = (build: string) =>
    fault('apsd', { device: 8, at: start + 15 * day + 2.5 * hour }, { os_build: build })
  const run = (effects: typeof updating) =>
    judged({ episodes: [contact(8)], effects: [...peers, ...effects] }).chains.find(({ who }) => who === 'device 8')!

  test('fires: a report of the old build is none of the update', () => {
    const plain = run([...aftermath, exploited('22G100')])
    const old = run([...aftermath, ...updating, exploited('22G100')])
    expect(old.effect.rate).toBe(plain.effect.rate)
  })
  test('quiet: after an update reports weigh as much less as the fleet has more of them then', () => {
    const old = run([...aftermath, ...updating, exploited('22G100')])
    const fresh = run([...aftermath, ...updating, exploited('22H20')])
    expect(fresh.effect.rate).toBeGreaterThan(3 * old.effect.rate)
    expect(fresh.effect.chance).toBeGreaterThan(old.effect.chance)
    expect(fresh.oddness).toBeGreaterThan(old.oddness)
  })
  test('fires: where no more reports come after updates, an update explains nothing', () => {
    const one = exploited('22H20')
    const elsewhere = Array.from({ length: 40 }, (_, n) => crash('rapportd', { device: n, at: start + n * hour }))
    const changes = [update({ device: 8, at: start + 15 * day })]
    expect(aftermathOf(changes, [one, ...elsewhere], 40)(one)).toBe(1)
    expect(aftermathOf(changes, [one, ...elsewhere], 4000)(one)).toBeGreaterThan(1.1)
    expect(aftermathOf([], [one, ...elsewhere], 4000)(one)).toBe(1)
  })
  test('it ends twelve hours after the first answer with the new build', () => {
    const changes = [update({ device: 8, at: start + 15 * day })]
    const late = crash('apsd', { device: 8, at: start + 15.5 * day + 60 }, { os_build: '22H20' })
    const last = crash('apsd', { device: 8, at: start + 15.5 * day }, { os_build: '22H20' })
    const of = aftermathOf(changes, [last, late], 840)
    expect(of(last)).toBeGreaterThan(1)
    expect(of(late)).toBe(1)
    expect(of(update({ device: 8, at: start + 15 * day }))).toBe(1)
  })
  test('quiet: the same crash on many devices within a day is a wave; fires: on one it is none', () => {
    const wave = Array.from({ length: 8 }, (_, n) => fault('imagent', { device: 20 + n, at: at + n * hour }))
    const contactThen = met({ ...channel, host: 'sync-relay.example' })
    expect(reportedOn(judged({ episodes: [contactThen], effects: [exploit, ...wave] }))).toEqual([])
    expect(reportedOn(judged({ episodes: [contactThen], effects: [exploit] }))).toEqual([7])
  })
})

describe('background: a private service that is fetched all day', () => {
  const habit = [3, 6, 9, 12, 18].map((d) =>
    met({ ...channel, host: `feed${d}.example`, at: start + d * day + 9 * hour }),
  )
  test('quiet: on a device that takes up such services time and again', () => {
    expect(
      reportedOn(judged({ episodes: [...habit, met({ ...channel, host: 'feed.example' })], effects: [exploit] })),
    ).toEqual([])
  })
  test('fires: on one that never did', () => expect(chainAt('feed.example')).toEqual([7]))
})

describe('vpn and cdn: what the whole fleet begins to meet', () => {
  const everybody = (host: string): EpisodeRow[] =>
    Array.from({ length: 30 }, (_, n) =>
      met({ ...channel, device: n, host, at: at + (n % 10) * 600, others: 29, contacts: 200 + 3 * n }),
    )
  test.each(['vpn2.company.example', 'x7.edge-status.example'])('quiet: %s, by thirty devices', (host) => {
    expect(reportedOn(judged({ episodes: everybody(host), effects: [exploit] }))).toEqual([])
  })
  test.each(['vpn2.company.example', 'x7.edge-status.example'])('fires: %s, by one', (host) => {
    expect(chainAt(host)).toEqual([7])
  })
  test('quiet: without a fleet names of delivery networks and kits are no leads; fires: others are', () => {
    const usual = everyday()
    const leads = (host: string) =>
      judged({ episodes: [met({ ...channel, host })], effects: [exploit] }, undefined, {
        ...{ TrafficDeviationThreshold: 10, CrashCorrelationWindow: 6, ProtocolAnomalyThreshold: 3, AlertBudget: 3.3 },
        MinimumHistory: 7,
        MinimumFleet: usual.devices.length + 1,
      }).leads.map(({ surprise }) => surprise.destination)
    expect(leads('app-measurement.com')).not.toContain('app-measurement.com')
    expect(leads('sync-relay.example')).toContain('sync-relay.example')
    expect(registrableDomain('app-measurement.com')).toBe('app-measurement.com')
  })
})

describe('travel: the whole set of destinations moves', () => {
  const abroad = Array.from({ length: 60 }, (_, k) =>
    met({
      device: 7,
      host: `hotel${k}.example`,
      at: at - 4 * hour + k * 500,
      hours: 1 + (k % 4),
      contacts: 3 + (k % 9),
      out: 5000,
    }),
  )
  test('quiet: many names, each shortly, and a crash of an app', () => {
    const ordinary = crash('rapportd', { device: 7, at: at + hour })
    expect(reportedOn(judged({ episodes: abroad, effects: [ordinary] }))).toEqual([])
  })
  test('fires: a channel among them', () => {
    const episodes = [...abroad, met({ ...channel, host: 'sync-relay.example' })]
    const { reported } = judged({ episodes, effects: [exploit] })
    expect(reported.map(({ surprise }) => surprise.destination)).toEqual(['sync-relay.example'])
  })
})

describe('local', () => {
  test.each([
    ['10.1.2.3', 'internal'],
    ['172.31.255.1', 'internal'],
    ['100.127.0.1', 'internal'],
    ['fd00::1', 'internal'],
    ['fe80::1', 'internal'],
    ['printer.private', 'internal'],
    ['nas.local', 'internal'],
    ['printer', 'internal'],
    ['239.255.255.250', 'nobody'],
    ['127.0.0.1', 'nobody'],
    ['255.255.255.255', 'nobody'],
    ['::1', 'nobody'],
    ['ff02::fb', 'nobody'],
    ['4.3.2.1.in-addr.arpa', 'nobody'],
    ['172.32.0.1', 'address'],
    ['100.128.0.1', 'address'],
    ['9.255.255.255', 'address'],
    ['fec0::1', 'address'],
    ['private.example', ''],
    ['arpa.example', ''],
  ])('%s is %j', (value, expected) => expect(placeOf(value)).toMatchObject({ class: expected }))
  test('what is met inside is kept whole', () => {
    expect(placeOf('a.b.private').destination).toBe('a.b.private')
    expect(placeOf('a.b.corp').destination).toBe('a.b.corp')
  })
  test('a sweep inside fires; multicast is nobody’s', () => {
    const sweep = Array.from({ length: 12 }, (_, k) =>
      met({ device: 7, host: `10.9.0.${k + 1}:22`, at: at + k * 60, hours: 1, contacts: 2 }),
    )
    expect(reportedOn(judged({ episodes: sweep, effects: [exploit] }))).toEqual([7])
  })
})
