// SystemVersion.plist of a sysdiagnose (logs/SystemVersion) or a file system: which OS was running. Six keys, binary or XML.
import { type CodeFormat, defineFormat, type Out, type ParseContext, type Sniff } from '../../model/index.ts'
import { binaryMagic } from '../../plist/binary.ts'
import { readPlist } from '../../plist/documents.ts'
import { isDict, type PlistDict, textAt } from '../../plist/plist.ts'
import { platformOf } from '../apple.ts'
import { takeWhole } from '../whole.ts'

/** The file has some 500 bytes. */
const maxBytes = 64 * 1024

const isVersion = (dict: PlistDict): boolean =>
  textAt(dict, 'ProductBuildVersion') !== '' && textAt(dict, 'ProductVersion') !== ''

async function parse(bytes: AsyncIterable<Buffer>, out: Out, context: ParseContext): Promise<void> {
  const { data, whole } = await takeWhole(bytes, maxBytes, context.signal)
  if (data.length === 0) return
  const document = readPlist(data)
  const sample = document.binary ? '' : document.text.slice(0, 200)
  const tell = (
    code: 'size_limit' | 'truncated' | 'bad_record' | 'missing_field',
    detail: string,
    byte = document.byte,
  ) => out.problem({ code, record: 1, byte, detail, sample })
  if (!whole) return tell('size_limit', 'longer than 64 KiB: no SystemVersion.plist', maxBytes)
  if (document.stop === 'truncated') return tell('truncated', 'the property list breaks off; nothing of it was taken')
  if (document.stop !== '' || !isDict(document.value))
    return tell('bad_record', 'not a property list as Apple writes them')
  const dict = document.value
  if (!isVersion(dict)) return tell('missing_field', 'no ProductVersion or no ProductBuildVersion', 0)
  const platform = platformOf(textAt(dict, 'ProductName'), '', '')
  const [os_version, os_build] = [textAt(dict, 'ProductVersion'), textAt(dict, 'ProductBuildVersion')]
  if (platform !== 'ios')
    out.problem({
      code: 'wrong_platform',
      record: 1,
      byte: 0,
      detail: `it is from ${textAt(dict, 'ProductName') || 'another system'}`,
      sample,
    })
  const common = {
    ts: context.notAfter,
    kind: 'posture',
    os_version,
    os_build,
    platform,
    raw: document.text.slice(0, 4096),
  }
  await out.row('device_event', 1, { ...common, category: 'os_version', detail: { value: os_version } })
  await out.row('device_event', 1, { ...common, category: 'os_build', detail: { value: os_build } })
  // rapid security responses
  const extra = textAt(dict, 'ProductVersionExtra')
  if (extra !== '')
    await out.row('device_event', 1, { ...common, category: 'os_version_extra', detail: { value: extra } })
}

function sniff(bytes: Buffer): Sniff {
  const head = bytes.subarray(0, maxBytes)
  const text = head.toString('latin1', 0, 200).trimStart()
  if (!text.startsWith(binaryMagic) && !/^(?:\u00ef\u00bb\u00bf)?<(?:\?xml|!DOCTYPE plist|plist)/.test(text))
    return 'no'
  const { value } = readPlist(head)
  // an app's Info.plist has other keys; BuildManifest.plist has these and more
  return isDict(value) && isVersion(value) && value.entries.size <= 12 ? 'yes' : 'no'
}

export const systemVersion: CodeFormat = defineFormat({
  id: 'system-version',
  kind: 'code',
  title: 'SystemVersion.plist: the OS of a device',
  version: 1,
  oneDevice: true,
  names: ['SystemVersion.plist'],
  claims: {
    device_event: {
      time: {
        means: 'when the sysdiagnose was taken, as far as names and times of the files tell: the file has no time',
        precision: 'minute',
        zone: 'assumed_utc',
      },
      always: ['kind', 'category', 'os_version', 'os_build', 'detail', 'raw'],
      sometimes: ['platform'],
      blind: ['since when this version runs, and which ran before', 'which device it is'],
      attack: [{ dataComponent: 'DC0018', logSource: 'iOS:unifiedlog' }],
    },
  },
  sniff: (head) => sniff(head),
  parse,
})
