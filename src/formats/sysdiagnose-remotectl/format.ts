// remotectl_dumpstate.txt of a sysdiagnose: what the device says of itself over RemoteXPC; who it is (UDID, serial number,
// model, OS). `Local device`, then by tabs `Properties: {`, `Key => value`; other devices (a watch, a Mac) follow as `Found …`.
// Read as a whole, because one statement is made of several lines.
import { type CodeFormat, defineFormat, type Out, type ParseContext, type Sniff } from '../../model/index.ts'
import { details, platformOf } from '../apple.ts'
import { headLines } from '../text.ts'
import { takeWhole } from '../whole.ts'

/** With the services of all devices some 100 KB. */
const maxBytes = 8 * 1024 ** 2
const rawLength = 4096
const maxProperties = 1000

const start = /^Local device\s*$/
const property = /^\t+([A-Za-z][A-Za-z0-9_.-]{0,100}) => (.{0,1000})$/
const udidPattern = /^(?:[0-9A-Fa-f]{40}|[0-9A-Fa-f]{8}-[0-9A-Fa-f]{16})$/
const serialPattern = /^[0-9A-Z]{8,20}$/

type Local = {
  readonly properties: ReadonlyMap<string, string>
  readonly raw: string
  readonly line: number
  /** Its properties end before the text does. */
  readonly closed: boolean
}

/** The block of the local device; null: there is none. */
function localOf(text: string): Local | null {
  const lines = text.split('\n')
  const first = lines.findIndex((line) => start.test(line))
  if (first < 0) return null
  const properties = new Map<string, string>()
  let closed = false
  let i = first + 1
  for (; i < lines.length && !closed; i++) {
    const line = lines[i]!.replace(/\r$/, '')
    if (/^\S/.test(line)) break // the next device
    // a value that the text breaks off in is none
    const match = i + 1 < lines.length ? property.exec(line) : null
    if (match !== null && properties.size < maxProperties) properties.set(match[1]!, match[2]!.trim())
    closed = /^\t\}/.test(line) && properties.size > 0
  }
  return { properties, raw: lines.slice(first, i).join('\n').slice(0, rawLength), line: first + 1, closed }
}

async function parse(bytes: AsyncIterable<Buffer>, out: Out, context: ParseContext): Promise<void> {
  const { data, whole } = await takeWhole(bytes, maxBytes, context.signal)
  if (data.length === 0) return
  const text = data.toString('utf8')
  const tell = (code: 'size_limit' | 'truncated' | 'missing_field' | 'bad_record', detail: string, record: number) =>
    out.problem({ code, record, byte: -1, detail, sample: text.slice(0, 200) })
  if (!whole) tell('size_limit', 'longer than 8 MiB; the rest was left out', 1)
  const local = localOf(text)
  if (local === null) return tell('bad_record', 'no block of the local device', 1)
  const { properties, raw, line } = local
  if (!local.closed) tell('truncated', 'the properties of the local device break off', line)
  const get = (key: string): string => properties.get(key) ?? ''
  const udid = udidPattern.test(get('UniqueDeviceID')) ? get('UniqueDeviceID') : ''
  const serial = serialPattern.test(get('SerialNumber')) ? get('SerialNumber') : ''
  const [hardware, os_version, os_build] = [get('ProductType'), get('OSVersion'), get('BuildVersion')]
  if (udid === '' && serial === '') tell('missing_field', 'neither a UDID nor a serial number', line)
  else
    await out.row('identity_event', line, {
      // always; the name is that of the folder, which the pipeline knows
      ts: 0,
      kind: 'inventory',
      udid,
      serial,
      labels: details({ product: hardware, model: get('ModelNumber') }),
      raw,
    })
  const about = {
    ts: context.notAfter,
    udid,
    serial,
    hardware,
    os_version,
    os_build,
    platform: platformOf(get('ProductName'), hardware, ''),
    raw,
  }
  const facts = { os_version, os_build }
  for (const [category, value] of Object.entries(facts))
    if (value !== '') await out.row('device_event', line, { ...about, kind: 'posture', category, detail: { value } })
}

/** `yes`: the block of the local device, and a property below it. Pure; never throws. */
function sniff(bytes: Buffer): Sniff {
  const lines = headLines(bytes.subarray(0, 64 * 1024), 400).map((line) => line.slice(0, 1200))
  const at = lines.findIndex((line) => start.test(line))
  return at >= 0 && lines.slice(at).some((line) => property.test(line)) ? 'yes' : 'no'
}

export const sysdiagnoseRemotectl: CodeFormat = defineFormat({
  id: 'sysdiagnose-remotectl',
  kind: 'code',
  title: 'remotectl_dumpstate.txt of an iOS sysdiagnose: UDID, serial number, model and OS of the device',
  version: 1,
  oneDevice: true,
  names: ['remotectl_dumpstate.txt'],
  claims: {
    device_event: {
      time: {
        means: 'when the sysdiagnose was taken, as far as names and times of the files tell: the text has no time',
        precision: 'minute',
        zone: 'assumed_utc',
      },
      always: ['kind', 'category', 'detail', 'raw'],
      sometimes: ['udid', 'serial', 'hardware', 'os_version', 'os_build', 'platform'],
      blind: ['since when this version runs, and which ran before'],
      attack: [{ dataComponent: 'DC0018', logSource: 'iOS:unifiedlog' }],
    },
    identity_event: {
      time: { means: 'always: what the device was made with', precision: 'second', zone: 'stated' },
      always: ['kind', 'raw'],
      sometimes: ['udid', 'serial', 'labels'],
      blind: ['the name of the device: the folder or archive it lies in gives a label', 'its addresses'],
      attack: [],
    },
  },
  sniff: (head) => sniff(head),
  parse,
})
