// Info.plist of a backup (Finder, iTunes, libimobiledevice): which device it is of, when it was made, and which apps were
// installed. Binary or XML. Telephone numbers, IMEI and the icons of apps are not read.
import {
  type CodeFormat,
  defineFormat,
  type Micros,
  type Out,
  type ParseContext,
  type Sniff,
} from '../../model/index.ts'
import { binaryMagic } from '../../plist/binary.ts'
import { readPlist } from '../../plist/documents.ts'
import { dictAt, isDict, type PlistDict, textAt } from '../../plist/plist.ts'
import { brief, details, platformOf } from '../apple.ts'
import { takeWhole } from '../whole.ts'

/** It holds the icons of the apps: some MB. */
const maxBytes = 128 * 1024 ** 2
/** Apps that are read. */
const mostApps = 20_000

const flaws = {
  truncated: { code: 'truncated', detail: 'the property list breaks off; nothing of it was taken' },
  malformed: { code: 'bad_record', detail: 'not a property list as Apple writes them' },
  too_deep: { code: 'too_deep', detail: 'nested deeper than 64' },
  too_many: { code: 'count_limit', detail: 'more than 500,000 values' },
} as const

/** Bundle id → what the store said of it; null: nothing. */
function appsOf(dict: PlistDict): Map<string, PlistDict | null> {
  const apps = new Map<string, PlistDict | null>()
  for (const [app, facts] of dictAt(dict, 'Applications')?.entries ?? []) apps.set(app, isDict(facts) ? facts : null)
  const installed = dict.entries.get('Installed Applications')
  for (const app of Array.isArray(installed) ? installed : [])
    if (typeof app === 'string' && !apps.has(app)) apps.set(app, null)
  return new Map([...apps].slice(0, mostApps))
}

/** `iTunesMetadata` is a property list within the property list. */
function storeFacts(facts: PlistDict | null): PlistDict | null {
  const data = facts?.entries.get('iTunesMetadata')
  const { value } = Buffer.isBuffer(data) ? readPlist(data) : { value: null }
  return isDict(value) ? value : null
}

async function parse(bytes: AsyncIterable<Buffer>, out: Out, context: ParseContext): Promise<void> {
  const { data, whole } = await takeWhole(bytes, maxBytes, context.signal)
  if (data.length === 0) return
  const document = readPlist(data)
  const sample = document.binary ? '' : document.text.slice(0, 200)
  const tell = (code: 'size_limit' | 'missing_field' | 'count_limit', detail: string, byte: number): void =>
    out.problem({ code, record: 1, byte, detail, sample })
  if (!whole) return tell('size_limit', 'longer than 128 MiB', maxBytes)
  if (document.stop !== '' || !isDict(document.value))
    return out.problem({
      ...flaws[document.stop === '' ? 'malformed' : document.stop],
      record: 1,
      byte: document.byte,
      sample,
    })
  const dict = document.value
  const of = (key: string): string => textAt(dict, key)
  const id = of('Target Identifier') || of('Unique Identifier')
  const [device, serial] = [of('Device Name') || of('Display Name'), of('Serial Number')]
  if (id === '' && serial === '')
    return tell('missing_field', 'neither an identifier nor a serial number: no Info.plist of a backup', 0)
  const hardware = of('Product Type')
  const who = { udid: id.toLowerCase(), serial, hardware, platform: platformOf('', hardware, '') }
  const made = Date.parse(of('Last Backup Date'))
  const ts: Micros = Number.isFinite(made) && made > 0 ? made * 1000 : context.notAfter
  if (ts === context.notAfter)
    tell('missing_field', 'no Last Backup Date: the time is when the file was written, as far as that is known', 0)
  /** Of XML the piece itself, of binary what it says. */
  const raw = (piece: string, said: Record<string, string>): string =>
    document.binary ? JSON.stringify(said) : document.text.includes(piece) ? piece : document.text.slice(0, 200)
  if (device !== '')
    await out.row('identity_event', 1, {
      ts: 0,
      kind: 'inventory',
      device,
      udid: who.udid,
      serial,
      event_key: [who.udid, serial, device].join(' '),
      raw: raw(`<string>${device}</string>`, {
        'Device Name': device,
        'Target Identifier': id,
        'Serial Number': serial,
      }),
    })
  let record = 1
  for (const [category, key] of [
    ['os_version', 'Product Version'],
    ['os_build', 'Build Version'],
  ] as const) {
    const value = of(key)
    if (value === '') continue
    await out.row('device_event', record++, {
      ...who,
      ts,
      kind: 'posture',
      category,
      [category]: value,
      detail: { value },
      event_key: `backup ${who.udid} ${ts} ${category}`,
      raw: raw(`<string>${value}</string>`, { [key]: value }),
    })
  }
  const apps = appsOf(dict)
  if (apps.size >= mostApps) tell('count_limit', `more than ${mostApps} apps`, 0)
  for (const [app, facts] of apps) {
    context.signal.throwIfAborted()
    const store = storeFacts(facts)
    const said = (key: string): string => (store ? textAt(store, key) : '')
    await out.row('device_event', record++, {
      ...who,
      ts,
      kind: 'app',
      category: 'installed',
      app: brief(app, 1000),
      app_version: said('bundleShortVersionString'),
      detail: details({
        name: said('itemName'),
        seller: said('artistName'),
        store_item: said('itemId'),
        purchased: said('purchaseDate'),
      }),
      event_key: `backup ${who.udid} ${ts} app ${brief(app, 1000)}`,
      raw: raw(`>${app}<`, { app: brief(app, 1000), version: said('bundleShortVersionString') }),
    })
  }
}

const marks = ['Last Backup Date', 'Product Version']
const ids = ['Target Identifier', 'Unique Identifier']

function sniff(bytes: Buffer): Sniff {
  const head = bytes.subarray(0, 65_536)
  const start = head.toString('latin1', 0, 200).trimStart()
  if (!start.startsWith(binaryMagic) && !/^(?:\u00ef\u00bb\u00bf)?<(?:\?xml|!DOCTYPE plist|plist)/.test(start))
    return 'no'
  // icons of the apps may push the end of it out of the head
  return marks.every((mark) => head.includes(mark)) && ids.some((mark) => head.includes(mark)) ? 'yes' : 'no'
}

export const itunesBackupInfo: CodeFormat = defineFormat({
  id: 'itunes-backup-info',
  kind: 'code',
  title: 'Info.plist of a backup: the device, its OS and its apps',
  version: 1,
  oneDevice: true,
  names: ['Info.plist'],
  claims: {
    device_event: {
      time: { means: 'when the backup was made', precision: 'second', zone: 'stated' },
      always: ['kind', 'category', 'event_key', 'raw'],
      sometimes: ['udid', 'serial', 'hardware', 'platform', 'os_version', 'os_build', 'app', 'app_version', 'detail'],
      blind: [
        'when an app was installed: the list says only that it was there when the backup was made',
        'apps of the system, and what is hidden from backups',
        'apps since iOS 11 that iTunes did not manage may be missing in the list',
      ],
      attack: [{ dataComponent: 'DC0018', logSource: 'iOS:MDMLog' }],
    },
    identity_event: {
      time: { means: 'always: what the device was made with, and its name', precision: 'second', zone: 'stated' },
      always: ['kind', 'device', 'event_key', 'raw'],
      sometimes: ['udid', 'serial'],
      blind: ['names that the device had before', 'its addresses on networks'],
      attack: [],
    },
  },
  sniff: (head) => sniff(head),
  parse,
})
