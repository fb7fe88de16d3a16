// Writes the cases of AN1756: one small fleet, and the same with a part of the attack left out. `node scripts/cases-an1756.ts`
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { openRandom, type Random } from '../src/simulate/random.ts'
import { simulate } from '../src/simulate/simulate.ts'
import { type Contact, type Crash, defaultRates, type Generator, type WorldOut } from '../src/simulate/world.ts'

const start = Date.UTC(2026, 4, 4) * 1000
const second = 1e6
const hour = 3600 * second
const day = 24 * hour
const days = 9
const devices = 24
const victim = 7

/** What happens besides ordinary life. Hours after the start. */
type Story = { readonly contact: number | null; readonly crash: number | null }

const stories: Readonly<Record<string, { story: Story; expected: object }>> = {
  'fires-contact-then-crash': {
    story: { contact: 6 * 24 + 10, crash: 6 * 24 + 10.4 },
    expected: {
      why: 'A name that no other device meets is polled for nine hours; 24 minutes after the first contact imagent breaks memory protection.',
      findings: [
        {
          title: 'New contact, then a memory-protection fault in imagent',
          severity: 'high',
          process: 'imagent',
          destination: { value: 'sync-relay.example', kind: 'domain' },
          first_seen: '2026-05-10T10:00:00.000Z',
          device: { name: 'phone-07' },
        },
      ],
    },
  },
  'fires-crash-then-contact': {
    story: { contact: 6 * 24 + 11, crash: 6 * 24 + 10.4 },
    expected: {
      why: 'Zero-click: imagent crashes first, the first odd contact follows 36 minutes later.',
      findings: [
        {
          title: 'A memory-protection fault in imagent, then new contact',
          severity: 'high',
          first_seen: '2026-05-10T10:24:00.000Z',
          device: { name: 'phone-07' },
        },
      ],
    },
  },
  'quiet-contact-alone': {
    story: { contact: 6 * 24 + 10, crash: null },
    expected: { why: 'The same contact, and no effect: never a network anomaly alone.', findings: [] },
  },
  'quiet-crash-alone': {
    story: { contact: null, crash: 6 * 24 + 10.4 },
    expected: { why: 'The same crash, and no odd contact: never a crash alone.', findings: [] },
  },
  'quiet-outside-window': {
    story: { contact: 6 * 24 + 10, crash: 7 * 24 + 20 },
    expected: { why: 'Contact and crash lie 34 hours apart.', findings: [] },
  },
}

const contact = (device: number, ts: number, host: string, out: number, back: number): Contact => ({
  kind: 'contact',
  ts,
  device,
  app: '',
  host,
  address: `203.0.113.${(host.length * 37 + host.charCodeAt(0)) % 250}`,
  port: 443,
  transport: 'tcp',
  service: 'ssl',
  duration: 3 * second,
  bytesOut: out,
  bytesIn: back,
  outcome: 'closed',
  byUser: false,
})

const crash = (device: number, ts: number, process: string, kind: Crash['class'], app = ''): Crash => ({
  kind: 'crash',
  ts,
  device,
  process,
  app,
  appVersion: '1.0',
  firstParty: app === '',
  class: kind,
  os: 'iPhone OS 18.6.2 (22G100)',
  locked: false,
})

const common = ['mail.example.org', 'news.example.com', 'push.example.net', 'weather.example.com']
const apps = ['Weather', 'Notes', 'Trains', 'Bank']

/** A person’s day: services that everybody uses, and two names that nobody else meets. */
async function live(device: number, random: Random, out: WorldOut): Promise<void> {
  for (let d = 0; d < days; d++) {
    for (const host of common)
      await out(
        contact(
          device,
          start + d * day + random.whole(7, 21) * hour + random.whole(0, 3599) * second,
          host,
          4000,
          60_000,
        ),
      )
    for (let i = 0; i < 2; i++)
      await out(
        contact(
          device,
          start + d * day + random.whole(7, 21) * hour + random.whole(0, 3599) * second,
          `${random.hex(8)}.example`,
          3000,
          90_000,
        ),
      )
  }
  if (random.chance(0.6)) {
    const app = random.pick(apps)
    await out(
      crash(
        device,
        start + random.whole(1, days * 24 - 2) * hour,
        app,
        random.chance(0.7) ? 'abort' : 'null',
        `com.example.${app.toLowerCase()}`,
      ),
    )
  }
}

const generatorOf = (story: Story): Generator => ({
  id: 'case',
  title: 'a case',
  async generate({ seed }, begin, out) {
    await begin(
      Array.from({ length: devices }, (_, i) => ({
        name: `phone-${String(i).padStart(2, '0')}`,
        user: `user${i}`,
        group: 'all',
        address: `10.1.0.${i + 10}`,
        mac: `02:00:00:00:00:${(i + 16).toString(16)}`,
        serial: `SERIAL${i}`,
        udid: `00008130-${String(i).padStart(16, '0')}`,
        crashReporterKey: String(i).padStart(40, 'a'),
        model: 'iPhone15,2',
        privacyReport: false,
      })),
    )
    for (let i = 0; i < devices; i++) await live(i, openRandom(seed, `device ${i}`), out)
    if (story.contact !== null)
      for (let n = 0; n < 90; n++)
        await out(contact(victim, start + story.contact * hour + n * 360 * second, 'sync-relay.example', 90_000, 4000))
    if (story.crash !== null) await out(crash(victim, start + story.crash * hour, 'imagent', 'protection'))
    return []
  },
})

const cases = new URL('../src/analytics/an1756/cases/', import.meta.url).pathname
for (const [name, { story, expected }] of Object.entries(stories)) {
  const dir = mkdtempSync(join(tmpdir(), 'codling-case-'))
  const options = { devices, days, seed: 7, start, rates: defaultRates }
  await simulate(generatorOf(story), options, join(dir, 'fleet'))
  const data = join(cases, name, 'data')
  rmSync(join(cases, name), { recursive: true, force: true })
  mkdirSync(data, { recursive: true })
  for (const log of ['conn', 'ssl']) {
    const texts = readdirSync(join(dir, 'fleet/zeek'))
      .sort()
      .map((one) => readFileSync(join(dir, 'fleet/zeek', one, `${log}.log`)))
    writeFileSync(join(data, `${log}.log.gz`), gzipSync(Buffer.concat(texts), { level: 9 }))
  }
  for (const device of readdirSync(join(dir, 'fleet/devices')))
    for (const file of readdirSync(join(dir, 'fleet/devices', device))) {
      mkdirSync(join(data, device), { recursive: true })
      writeFileSync(join(data, device, file), readFileSync(join(dir, 'fleet/devices', device, file)))
    }
  writeFileSync(join(cases, name, 'devices.csv'), readFileSync(join(dir, 'fleet/devices.csv')))
  writeFileSync(join(cases, name, 'expected.json'), `${JSON.stringify(expected, null, 2)}\n`)
  rmSync(dir, { recursive: true, force: true })
}
