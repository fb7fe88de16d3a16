// What the files of configuration profiles say: a row for each profile, event, setting and state.
import { createHash } from 'node:crypto'
import type { GivenRow, Micros, ProblemCode } from '../../model/index.ts'
import { dictAt, dictsAt, isDict, type PlistDict, type PlistValue, textAt } from '../../plist/plist.ts'
import { brief, details } from '../apple.ts'
import { isSetting, type StateKind } from './kinds.ts'

type Row = Omit<GivenRow<'device_event'>, 'raw'>
type Flaw = { readonly code: ProblemCode; readonly detail: string }
/** `member`: where it stands in the document; null: the document as a whole. */
type Taken = { readonly row: Row | null; readonly member: PlistDict | null; readonly flaw: Flaw | null }

/** iOS keeps 20 events; a device has some 300 settings and restrictions. */
const maxMembers = 10_000
const maxId = 255

/** Rows of a document; `taken`: when its state was true. */
export function rowsOf(kind: StateKind, dict: PlistDict, taken: Micros): Taken[] {
  switch (kind) {
    case 'stub':
      return [stub(dict)]
    case 'events':
      return (dict.entries.get('ProfileEvents') as readonly PlistValue[]).slice(0, maxMembers).map(profileEvent)
    case 'settings':
      return [...settings(dict)]
    case 'manifest':
      return [state('profile_list', profileList(dict), taken)]
    case 'cloud':
      return states(dict, { supervised: 'IsSupervised', pairing_allowed: 'AllowPairing' }, taken)
    case 'mdm':
      return [state('mdm_enrolled', { value: 'yes', server: textAt(dict, 'ServerURL') }, taken)]
  }
}

const lost = (member: PlistDict | null, code: ProblemCode, detail: string): Taken => ({
  row: null,
  member,
  flaw: { code, detail },
})

function stub(dict: PlistDict): Taken {
  const installed = textAt(dict, 'InstallDate')
  const ts = timeOf(installed)
  if (ts === null) return lost(null, 'bad_time', 'the profile has no readable date of installation')
  const id = brief(textAt(dict, 'PayloadIdentifier'), maxId)
  const options = dictAt(dict, 'InstallOptions')
  const byServer =
    options === null ? '' : textAt(options, 'installedByMDM') || textAt(options, 'isInstalledByMDM') || 'no'
  const types = (dictsAt(dict, 'PayloadContent') ?? []).map((payload) => textAt(payload, 'PayloadType'))
  const signers = dict.entries.get('SignerCerts')
  const detail = details({
    uuid: textAt(dict, 'PayloadUUID'),
    name: textAt(dict, 'PayloadDisplayName'),
    organization: textAt(dict, 'PayloadOrganization'),
    managed: byServer,
    encrypted: textAt(dict, 'ProfileWasEncrypted'),
    removal_disallowed: textAt(dict, 'PayloadRemovalDisallowed'),
    removal_date: textAt(dict, 'RemovalDate'),
    payloads: [...new Set(types)].sort().join(' '),
    signer: Array.isArray(signers) ? sha256Of(signers[0]) : '',
    installed_by: options === null ? '' : textAt(options, 'installedBy'),
  })
  return {
    row: { ts, kind: 'profile', category: id, detail, ...keyed(`${id} installed`, installed) },
    member: null,
    flaw: null,
  }
}

/** `{identifier: {Process, Operation, Timestamp}}` */
function profileEvent(value: PlistValue): Taken {
  const [id, said] = isDict(value) ? ([...value.entries][0] ?? []) : []
  const member = isDict(value) ? value : null
  if (id === undefined || !isDict(said)) return lost(member, 'bad_record', 'not an event of a profile')
  const written = textAt(said, 'Timestamp')
  const ts = timeOf(written)
  if (ts === null) return lost(member, 'bad_time', 'the event has no readable time')
  const operation = textAt(said, 'Operation')
  // no `profile`: that is a profile which is there, and the stub tells more of it
  const row: Row = {
    ts,
    kind: 'other',
    category: 'profile_event',
    detail: details({ profile: brief(id, maxId), operation }),
    ...keyed(`${id} ${operation}`, written),
  }
  const process = textAt(said, 'Process')
  return { row: process === '' ? row : { ...row, process }, member, flaw: null }
}

/** The settings of all depths, each with the keys that lead to it. */
function* settings(top: PlistDict): Generator<Taken> {
  const stack: { readonly dict: PlistDict; readonly path: readonly string[] }[] = [{ dict: top, path: [] }]
  let count = 0
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { dict, path } = next
    if (isSetting(dict)) {
      if (++count > maxMembers)
        return yield lost(null, 'count_limit', 'more than 10,000 settings; the rest was left out')
      yield setting(dict, path.join('.'))
      continue
    }
    const inner = [...dict.entries].flatMap(([key, value]) =>
      isDict(value) ? [{ dict: value, path: [...path, key] }] : [],
    )
    stack.push(...inner.reverse())
  }
}

function setting(dict: PlistDict, path: string): Taken {
  const ts = timeOf(textAt(dict, 'timestamp'))
  if (ts === null) return lost(dict, 'bad_time', 'the setting has no readable time')
  const detail = details({ setting: path, event: textAt(dict, 'event') })
  const process = textAt(dict, 'process')
  const row: Row = { ts, kind: 'other', category: 'setting', detail }
  return { row: process === '' ? row : { ...row, process }, member: dict, flaw: null }
}

function profileList(dict: PlistDict): Record<string, string> {
  const listed = dict.entries.get('OrderedProfiles') as readonly PlistValue[]
  const hidden = dict.entries.get('HiddenProfiles')
  const ids = listed.slice(0, maxMembers).filter((id) => typeof id === 'string')
  return {
    value: [...new Set(ids)].sort().join('\u001f'),
    count: String(listed.length),
    ...(Array.isArray(hidden) && hidden.length > 0 ? { hidden: String(hidden.length) } : {}),
  }
}

const state = (category: string, detail: Record<string, string>, ts: Micros): Taken => ({
  row: { ts, kind: 'posture', category, detail },
  member: null,
  flaw: null,
})

const states = (dict: PlistDict, keys: Readonly<Record<string, string>>, taken: Micros): Taken[] =>
  Object.entries(keys).flatMap(([category, key]) => {
    const value = textAt(dict, key)
    return value === '' ? [] : [state(category, { value }, taken)]
  })

/**
 * A key of its own, so that the same event in two sysdiagnoses counts once. Only with milliseconds (binary lists have
 * them): a server gives one profile to many devices within a second.
 */
const keyed = (what: string, written: string): { event_key?: string } =>
  /\.\d+Z$/.test(written) ? { event_key: `mc-state ${what} ${written}` } : {}

/** ISO 8601 in UTC, with or without the Z (older exports); null: none. */
function timeOf(written: string): Micros | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z?$/.test(written)) return null
  const time = Date.parse(written.endsWith('Z') ? written : `${written}Z`)
  return Number.isNaN(time) || time <= 0 ? null : time * 1000
}

/** Lower-case SHA-256 of a certificate; '' where the data are none. */
const sha256Of = (data: PlistValue | undefined): string =>
  Buffer.isBuffer(data) && data.length > 100 ? createHash('sha256').update(data).digest('hex') : ''
