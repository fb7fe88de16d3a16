// Every file that lies beside the project is claimed by a format, or stands here with the reason why not.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { pickFormat } from '../../src/formats/index.ts'
import { defaultLimits } from '../../src/model/index.ts'
import { findSources } from '../../src/sources/index.ts'

const data = join(import.meta.dirname, '../../../shared/data')
const here = existsSync(data)
if (!here) console.warn('tests/real/all: the folder of real samples is missing; all of its files left out')

/** Feeds, lists and bundles, which are no telemetry; labelled sets have a test of their own. */
const elsewhere = ['attack', 'threat-intel', 'tuning', 'labelled']

/** Name of a file in a backup: where it lay on the device. */
const inBackup = (domain: string, path: string): RegExp => new RegExp(`!${`${domain}/${path}`.replaceAll('.', '\\.')}$`)

const whatsApp = 'AppDomainGroup-group.net.whatsapp.WhatsApp.shared'

/** Files that no format claims, and why. What is meant to be read and is not yet has no place here. */
const unclaimed: readonly (readonly [RegExp, string])[] = [
  [/(^|\/)SOURCES\.md$/, 'prose about the samples'],
  [/^pcap\/ndpi\/[^/]+\.out$/, 'what nDPI says of the capture beside it: an oracle for tests'],
  [/^mdm\/apple-schema\/.+\.yaml$/, 'Apple’s schema of the answers: no answer of a device'],
  [/^mdm\/commandment\/dep\//, 'a profile for automated enrolment, sent to devices: tells nothing of one'],
  [/^mdm\/micromdm\/device_(details_)?response\.json$/, 'Apple’s list of purchased devices: no state of one'],
  [/^ios-crash\/exploit-panics\//, 'text pasted from a panic, with neither header nor time'],
  [/^ios-crash\/kscrash\//, 'KSCrash, a crash reporter inside apps, has a format of its own'],
  [/^ios-sysdiagnose\/neuralnet\/ifconfig\.txt$/, 'interfaces and their addresses: no contact and no event'],
  [
    /^nsm-logs\/.+\/(smtp|tunnel|arp|files|loaded_scripts|notice|packet_filter|pe|software|known_hosts|weird)\.log/,
    'a Zeek log that tells no contact of a device',
  ],
  [/^ios-backup\/ileapp\/.+\.binarycookies$/, 'cookies: when they were set by whom says no more than the history'],
  [/^ios-backup\/ileapp\/.+com\.apple\.wifi[^/]*\.plist$/, 'Wi-Fi networks known: where a device was, not whom it met'],
  [/^ios-backup\/ileapp\/.+com\.apple\.commcenter[^/]*\.plist$/, 'settings of the modem'],
  [/^ios-backup\/ileapp\/.+\/ModuleConfiguration\.plist$/, 'order of the buttons in Control Centre'],
  [/^ios-backup\/ileapp\/.+com\.apple\.accounts\.exists\.plist$/, 'counts of accounts by kind'],
  [inBackup('HomeDomain', 'Library/Preferences/.GlobalPreferences.plist'), 'language and region'],
  [inBackup('HomeDomain', 'Library/CoreDuet/People/interactionC.db'), 'people and messages'],
  [inBackup('HomeDomain', 'Library/Calendar/Calendar.sqlitedb'), 'calendars: private, and no contact of the device'],
  [inBackup('HomeDomain', 'Library/SMS/sms.db'), 'messages: private'],
  [inBackup(whatsApp, 'ChatStorage.sqlite'), 'messages: private'],
  [inBackup(whatsApp, 'ContactsV2.sqlite'), 'an address book: private'],
  [
    new RegExp(`${createHash('sha1').update(`${whatsApp}-LID.sqlite`).digest('hex')}$`),
    'telephone numbers of WhatsApp, which the manifest does not name: private',
  ],
  [/^ios-backup\/mvt\/ios_backup$/, 'what of the backup is not there, and the pictures that nobody opens'],
]

/** Messages of products that are none of what their format is for. */
const othersOfProduct: readonly (readonly [RegExp, string])[] = [
  [
    /^bind\/(resolution_log_0[1346]|rpz_log_(04|06|07|09|11|12|14|16|17|19))\.json$/,
    'named tells of itself: zones, transfers, resolvers; no client',
  ],
  [/^unbound\/error2\.json$/, 'unbound tells of itself'],
  [/^gateway_http\/test_[13568]\.json$/, 'Cloudflare Access: somebody signed in or enrolled'],
  [/^umbrella-proxy\/3\.json$/, 'broken in the telling: blanks within its time and its URL'],
  [/^zscaler-zia\/test_(tunnel|saas)_\w+\.json$/, 'tunnels and files in cloud services'],
]

type Met = { readonly path: string; readonly format: string | null }

async function meet(folder: string): Promise<Met[]> {
  const met: Met[] = []
  const shown = (path: string): string => path.slice(data.length + 1)
  for await (const found of findSources(join(data, folder), defaultLimits)) {
    if (found.kind === 'problem') met.push({ path: shown(found.path), format: null })
    else {
      const { path, name } = found.source
      met.push({ path: shown(path), format: pickFormat(await found.source.head(65_536), name)?.id ?? null })
    }
  }
  return met
}

/** Test cases of a collector: JSON around one message of a product. The message is what a file would hold. */
const wrapped = /^(nsm-logs|mdm)\/sekoia\/([^/]+\/[^/]+\.json)$/

function unwrap({ path }: Met): Met {
  const { input } = JSON.parse(readFileSync(join(data, path), 'utf8')) as { input: { message: string } }
  return {
    path: wrapped.exec(path)![2]!,
    format: pickFormat(Buffer.from(`${input.message}\n`), 'message.log')?.id ?? null,
  }
}

const nobody = (met: readonly Met[], named: readonly (readonly [RegExp, string])[]): string[] =>
  met.filter(({ path, format }) => format === null && !named.some(([is]) => is.test(path))).map(({ path }) => path)

/** Patterns that name no unclaimed file (any more), and claimed files that are named. */
const stale = (met: readonly Met[], named: readonly (readonly [RegExp, string])[]): string[] =>
  named.flatMap(([is, why]) => {
    const files = met.filter(({ path }) => is.test(path))
    const claimed = files.filter(({ format }) => format !== null).map(({ path, format }) => `${path}: ${format}`)
    return files.length === 0 ? [`${is} (${why}) names nothing`] : claimed
  })

describe.skipIf(!here)('every file of the real samples', () => {
  let files: Met[] = []
  let messages: Met[] = []
  beforeAll(async () => {
    const folders = readdirSync(data).filter((name) => !elsewhere.includes(name))
    const all = (await Promise.all(folders.map(meet))).flat()
    files = all.filter(({ path }) => !wrapped.test(path))
    messages = all.filter(({ path }) => wrapped.test(path)).map(unwrap)
    const claimed = Object.entries(Object.groupBy([...files, ...messages], ({ format }) => format ?? 'none'))
    console.log(
      `${files.length} files and ${messages.length} messages; ${claimed
        .map(([format, list]) => `${format} ${list!.length}`)
        .sort()
        .join(', ')}`,
    )
  }, 120_000)

  test('is claimed by a format, or named with the reason why not', () => {
    expect(files.length).toBeGreaterThan(200)
    expect(nobody(files, unclaimed)).toEqual([])
  })

  test('and so is every message within the test cases of a collector', () => {
    expect(messages.length).toBeGreaterThan(200)
    expect(nobody(messages, othersOfProduct)).toEqual([])
  })

  test('reasons are given for what is unclaimed, and for nothing else', () => {
    expect(stale(files, unclaimed)).toEqual([])
    expect(stale(messages, othersOfProduct)).toEqual([])
  })
})
