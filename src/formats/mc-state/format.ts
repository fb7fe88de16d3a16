// Configuration profiles as iOS keeps them: logs/MCState/Shared of a sysdiagnose, Library/ConfigurationProfiles of a backup.
// Property lists, binary or XML: profile-<hash>.stub (one installed profile), MCProfileEvents.plist (the last 20
// installations and removals within 14 days), MCSettingsEvents.plist (who last set a restriction), PayloadManifest.plist
// (which profiles there are), CloudConfigurationDetails.plist and MDM.plist (supervision and enrolment).
// Source of the keys: ManagedConfiguration.framework (MCProfile, MCProfileEventsManager; iOS 16 to 26).
import { type Claim, type CodeFormat, defineFormat, type Out, type ParseContext } from '../../model/index.ts'
import { readPlist } from '../../plist/documents.ts'
import { isDict } from '../../plist/plist.ts'
import { takeWhole } from '../whole.ts'
import { documentKind, sniffState } from './kinds.ts'
import { rowsOf } from './rows.ts'

/** A stub with certificates and web clips has some 100 KB. */
const maxBytes = 32 * 1024 ** 2
const rawLength = 4096

const flawOfStop = {
  truncated: { code: 'truncated', detail: 'the property list breaks off; nothing of it was taken' },
  malformed: { code: 'bad_record', detail: 'not a property list as Apple writes them' },
  too_deep: { code: 'too_deep', detail: 'nested deeper than 64' },
  too_many: { code: 'count_limit', detail: 'more than 500,000 values' },
} as const

async function parse(bytes: AsyncIterable<Buffer>, out: Out, context: ParseContext): Promise<void> {
  const { data, whole } = await takeWhole(bytes, maxBytes, context.signal)
  if (data.length === 0) return
  const document = readPlist(data)
  const sample = document.binary ? '' : document.text.slice(0, 200)
  if (!whole)
    return out.problem({ code: 'size_limit', record: 1, byte: maxBytes, detail: 'longer than 32 MiB', sample })
  if (document.stop !== '') return out.problem({ ...flawOfStop[document.stop], record: 1, byte: document.byte, sample })
  const kind = isDict(document.value) ? documentKind(document.value) : null
  if (kind === null || !isDict(document.value))
    return out.problem({
      code: 'unknown_kind',
      record: 1,
      byte: 0,
      detail: 'no state of configuration profiles',
      sample,
    })
  let record = 0
  for (const { row, member, flaw } of rowsOf(kind, document.value, context.notAfter)) {
    context.signal.throwIfAborted()
    record++
    const raw =
      document.binary || member === null
        ? document.text.slice(0, rawLength)
        : document.text.slice(member.from, Math.min(member.to, member.from + rawLength))
    if (flaw !== null) out.problem({ ...flaw, record, byte: 0, sample: raw.slice(0, 200) })
    if (row !== null) await out.row('device_event', record, { ...row, raw })
  }
}

const claim: Claim = {
  time: {
    means:
      'when the profile was installed or removed, or the setting was set; of lists, supervision and enrolment (`posture`): when the sysdiagnose was taken, as far as names and times of the files tell',
    precision: 'second',
    zone: 'stated',
  },
  always: ['kind', 'category', 'detail', 'raw'],
  sometimes: ['process', 'event_key'],
  blind: [
    'installations and removals more than 14 days or 20 events back',
    'when a profile was installed that was replaced since: the stub holds the last installation only',
    'what a profile’s payloads do beyond their type',
  ],
  attack: [{ dataComponent: 'DC0115', logSource: 'iOS:MDMLog' }],
}

export const mcState: CodeFormat = defineFormat({
  id: 'mc-state',
  kind: 'code',
  title: 'Configuration profiles of a device (MCState of a sysdiagnose, ConfigurationProfiles of a backup)',
  version: 1,
  oneDevice: true,
  names: ['profile-*.stub', 'MCProfileEvents.plist', 'MCSettingsEvents.plist', 'PayloadManifest.plist', 'MDM.plist'],
  claims: { device_event: claim },
  sniff: (head) => sniffState(head),
  parse,
})
