// A backup from the command line: what it is made of, whose it is, and its password.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { askPassword } from '../../src/cli/password.ts'
import { type Engine, openEngine } from '../../src/engine/index.ts'
import { rebuildIdentity } from '../../src/pipeline/identity.ts'
import { backupOf, deviceId } from '../../src/sources/testing/backup.ts'
import { fixtureBytes, fixturesOf } from '../conformance/harness.ts'
import { codling, scanHere, temporary } from './harness.ts'

const fixture = (format: string, name: string): Buffer =>
  fixtureBytes(fixturesOf(format).find((one) => one.name === name)!)

const files = [
  { domain: 'WirelessDomain', path: 'Library/Databases/DataUsage.sqlite', data: fixture('data-usage', 'backup') },
  { domain: 'HomeDomain', path: 'Library/Safari/History.db', data: fixture('safari-history', 'iphone') },
  { domain: 'HomeDomain', path: 'Library/TCC/TCC.db', data: fixture('tcc', 'ios-18') },
  {
    domain: 'HomeDomain',
    path: 'Library/ConfigurationProfiles/MCProfileEvents.plist',
    data: fixture('mc-state', fixturesOf('mc-state')[0]!.name),
  },
  { domain: 'RootDomain', path: 'Library/Logs/CrashReporter/a.ips', data: fixture('apple-ips', '309-crash') },
  { domain: 'HomeDomain', path: 'Library/SMS/sms.db', data: 'private' },
]

const read = (result: {
  readonly sources: readonly { path: string; format: string | null; status: string }[]
}): string[] =>
  result.sources
    .filter(({ format }) => format !== null)
    .map(({ path, format }) => `${path.split('!')[1] ?? path.split('/').at(-1)}: ${format}`)

const expected = [
  'HomeDomain/Library/ConfigurationProfiles/MCProfileEvents.plist: mc-state',
  'HomeDomain/Library/Safari/History.db: safari-history',
  'HomeDomain/Library/TCC/TCC.db: tcc',
  'RootDomain/Library/Logs/CrashReporter/a.ips: apple-ips',
  'WirelessDomain/Library/Databases/DataUsage.sqlite: data-usage',
  'Info.plist: itunes-backup-info',
]

describe('a backup', () => {
  test('each format finds its files by what they hold', async () => {
    expect(read(await scanHere([backupOf(files)]))).toEqual(expected)
  })

  test('what its files say is of the device that Info.plist names', async () => {
    const store = join(temporary(), 'store')
    await scanHere([backupOf(files)], { store })
    const engine: Engine = await openEngine({ store, version: 'test' })
    try {
      await rebuildIdentity(engine)
      const rows = await engine.query<{ device: string; name: string }>('SELECT DISTINCT device, name FROM identity')
      expect(rows).toEqual([{ device: deviceId.toLowerCase(), name: 'Test phone' }])
    } finally {
      await engine.close()
    }
  })

  test('an indicator meets the history inside it, with the path on the device', async () => {
    const intel = join(temporary(), 'list.txt')
    writeFileSync(intel, 'landing.example\n')
    const { findings } = await scanHere([backupOf(files)], { intel: [intel] })
    expect(
      findings.map(({ destination, device, evidence }) => [
        destination?.value,
        device.name,
        evidence[0]?.source.split('!')[1],
      ]),
    ).toEqual([['www.landing.example', 'Test phone', 'HomeDomain/Library/Safari/History.db']])
  })
})

describe('an encrypted backup', () => {
  const password = 'correct horse'
  const fileWith = (text: string): string => {
    const file = join(temporary(), 'password.txt')
    writeFileSync(file, text, { mode: 0o600 })
    return file
  }

  test('with its password in a file it gives what a plain one gives', async () => {
    const run = await codling([
      'scan',
      backupOf(files, password),
      '--backup-password-file',
      fileWith(`${password}\n`),
      '--json',
      '-',
    ])
    expect(run.stderr).toBe('')
    expect(read(JSON.parse(run.stdout))).toEqual(expected)
  })

  test('without one it is told, and what is not encrypted is read', async () => {
    const run = await codling(['scan', backupOf(files, password), '--json', '-'])
    const { sources } = JSON.parse(run.stdout) as {
      sources: { format: string | null; problems: Record<string, number> }[]
    }
    expect(read(JSON.parse(run.stdout))).toEqual(['Info.plist: itunes-backup-info'])
    expect(sources.filter(({ problems }) => problems.encrypted)).toHaveLength(2)
    expect(run.stdout).toContain('--backup-password-file FILE')
  })

  test.each([
    ['a wrong one', 'battery staple\n', /does not open the backup.*Why: .*Next: /s],
    ['an empty one', '\n', /password file .* cannot be used.*empty.*Next: /s],
  ])('%s: 2, in words', async (_, text, words) => {
    const run = await codling(['scan', backupOf(files, password), '--backup-password-file', fileWith(text)])
    expect(run.code).toBe(2)
    expect(run.stderr).toMatch(words)
    expect(run.stderr).not.toContain('battery')
  })

  test('inspect reads it as well', async () => {
    const run = await codling([
      'inspect',
      backupOf(files, password),
      '--backup-password-file',
      fileWith(password),
      '--json',
    ])
    expect(run.stdout).toContain('safari-history')
  })
})

describe('a password that is typed', () => {
  const typing = (...chunks: string[]) => {
    const raw: boolean[] = []
    const shown: string[] = []
    let listener: ((chunk: string) => void) | null = null
    const input = {
      isTTY: true,
      setRawMode: (on: boolean) => void raw.push(on),
      setEncoding: () => {},
      resume: () => {},
      pause: () => {},
      off: () => {},
      on: (_: string, take: (chunk: string) => void) => {
        listener = take
      },
    }
    const answer = askPassword(
      input as never,
      { write: (text: string) => shown.push(text) > 0 },
      'Password: ',
      new AbortController().signal,
    )
    for (const chunk of chunks) listener!(chunk)
    return answer.then((typed) => ({ typed, raw, shown }))
  }

  test.each([
    [['secret\r'], 'secret'],
    [['se', 'cx', '\u007f', 'ret é\n'], 'secret é'],
    [['\r'], null],
    [['abc\u0004'], null],
    [['a\u0001b\r'], 'ab'],
  ] as const)('%j', async (chunks, password) => {
    const { typed, raw, shown } = await typing(...chunks)
    expect(typed).toBe(password)
    // nothing of it is shown, and the terminal is as it was
    expect([raw, shown]).toEqual([
      [true, false],
      ['Password: ', '\n'],
    ])
  })
})
