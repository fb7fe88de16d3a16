// Status reports of Apple's declarative device management without the check-in that brought them (JSON), as servers save
// them. A report holds only what changed since the last one.
// Source of the items: Apple's device-management schema, declarative/protocol/statusreport.yaml and declarative/status.
import { createHash } from 'node:crypto'
import type { CodeFormat, Micros } from '../../model/index.ts'
import { brief, details } from '../apple.ts'
import {
  event,
  flaw,
  isObject,
  type Json,
  jsonFormat,
  listAt,
  objectAt,
  type Told,
  textAt,
  udidOf,
} from '../json-events.ts'
import { takeMessage } from '../mdm.ts'

/** What a check-in would have said around the report. */
function eventsOf(record: Json, ts: Micros) {
  const entries = new Map<string, string | Buffer>([
    ['MessageType', 'DeclarativeManagement'],
    ['Endpoint', 'status'],
    ['Data', Buffer.from(JSON.stringify(record))],
  ])
  const dict = { entries, from: 0, to: 0 }
  return takeMessage(dict, { ts, raw: () => '', udid: '', enrollment: '', command: '', status: '' })
}

function* take(record: Json, notAfter: Micros): Generator<Told> {
  const items = objectAt(record, 'StatusItems')
  const { events, flaws } = eventsOf(record, notAfter)
  const about = { ...whoIs(items), ts: notAfter }
  // the report itself has no id: what it says is its key
  const key = `ddm ${createHash('sha256').update(JSON.stringify(record)).digest('hex').slice(0, 24)} ${notAfter}`
  for (const { code, detail } of flaws) yield flaw(code, detail)
  for (const { raw: _, ts, ...row } of events)
    yield event({ ...row, ts, event_key: `${key} posture ${row.category ?? ''}` })
  for (const path of ['app.managed.list', 'mdm.app'])
    for (const app of listIn(items, path))
      yield event({ ...about, ...appColumns(app, path), event_key: `${key} ${path} ${textAt(app, 'identifier')}` })
  for (const certificate of listIn(items, 'security.certificate.list'))
    yield event({
      ...about,
      kind: 'certificate',
      category: certificateId(certificate),
      detail: details({
        common_name: textAt(certificate, 'subject-summary'),
        identity: textAt(certificate, 'is-identity'),
        declaration: textAt(certificate, 'declaration-identifier'),
        removed: textAt(certificate, '_removed') === 'yes' ? 'yes' : '',
      }),
      event_key: `${key} certificate ${textAt(certificate, 'identifier')}`,
    })
  yield* declarations(items, about, key)
  for (const error of listAt(record, 'Errors'))
    yield event({
      ...about,
      kind: 'other',
      category: 'status_error',
      detail: details({
        value: textAt(error, 'StatusItem'),
        reason: listAt(error, 'Reasons')
          .map((reason) => `${textAt(reason, 'Code')} ${textAt(reason, 'Description')}`.trim())
          .join('; '),
      }),
      event_key: `${key} error ${textAt(error, 'StatusItem')}`,
    })
}

/** A list under a path of keys, nested or dotted. */
const listIn = (items: Json, path: string): readonly Json[] => listAt(items, path)

function whoIs(items: Json) {
  const identifier = objectAt(items, 'device.identifier')
  const columns = {
    udid: udidOf(textAt(identifier, 'udid')) || textAt(identifier, 'udid'),
    serial: textAt(identifier, 'serial-number'),
    hardware: textAt(items, 'device.model.identifier'),
  }
  return columns
}

/** An app that the report takes off the list, or that is not there yet, is none of those that the device has. */
function appColumns(app: Json, path: string) {
  const gone =
    textAt(app, '_removed') === 'yes' || /^(?:optional|queued|failed|not-?installed|unused)/i.test(textAt(app, 'state'))
  return {
    kind: gone ? 'other' : 'app',
    category: path,
    app: brief(textAt(app, 'identifier'), 255),
    app_version: textAt(app, 'short-version', 'version'),
    detail: details({
      value: textAt(app, '_removed') === 'yes' ? 'removed' : textAt(app, 'state'),
      name: textAt(app, 'name'),
      managed: 'yes',
      update: textAt(app, 'update-state'),
      declaration: textAt(app, 'declaration-identifier'),
    }),
  }
}

/** SHA-256 of the certificate where the report holds it, as in Apple’s CertificateList. */
function certificateId(certificate: Json): string {
  const data = Buffer.from(textAt(certificate, 'data'), 'base64')
  return data.length > 100
    ? createHash('sha256').update(data).digest('hex')
    : brief(textAt(certificate, 'subject-summary', 'identifier'), 255)
}

const declarationKinds = ['activations', 'configurations', 'assets', 'management'] as const

/** Declarations that the device does not hold to, and a row for each list of those that it does. */
function* declarations(items: Json, about: { readonly ts: Micros }, key: string): Generator<Told> {
  const all = objectAt(items, 'management.declarations')
  for (const kind of declarationKinds) {
    const list = listAt(all, kind)
    if (list.length === 0) continue
    const ids = list.map((one) => textAt(one, 'identifier')).filter((id) => id !== '')
    yield event({
      ...about,
      kind: 'posture',
      category: `ddm_${kind}`,
      detail: { value: brief([...new Set(ids)].sort().join('\u001f'), 4000), count: String(list.length) },
      event_key: `${key} ${kind}`,
    })
    for (const one of list) {
      const valid = textAt(one, 'valid')
      if (valid === 'valid' && textAt(one, 'active') !== 'no') continue
      yield event({
        ...about,
        kind: 'other',
        category: 'ddm_declaration',
        detail: details({
          value: valid,
          active: textAt(one, 'active'),
          declaration: textAt(one, 'identifier'),
          reason: listAt(one, 'reasons')
            .map((reason) => `${textAt(reason, 'code')} ${textAt(reason, 'description')}`.trim())
            .join('; '),
        }),
        event_key: `${key} ${kind} ${textAt(one, 'identifier')}`,
      })
    }
  }
}

export const ddmStatus: CodeFormat = jsonFormat({
  id: 'ddm-status',
  title: 'Status reports of Apple’s declarative device management (JSON)',
  version: 1,
  names: ['*status*report*.json', '*ddm*.json', '*ddm*.ndjson'],
  oneDevice: true,
  claims: {
    device_event: {
      time: {
        means: 'the end of the day that the file name states, else when the file was written: a report has no time',
        precision: 'second',
        zone: 'assumed_utc',
      },
      always: ['kind', 'category', 'detail', 'event_key', 'raw'],
      sometimes: ['serial', 'udid', 'hardware', 'os_version', 'os_build', 'platform', 'app', 'app_version'],
      blind: [
        'what did not change since the last report, and what the server did not subscribe to',
        'the device, where the report does not repeat its identifiers: then only its folder tells',
        'apps and certificates that were not installed by declarations',
      ],
      attack: [
        { dataComponent: 'DC0018', logSource: 'iOS:MDMLog' },
        { dataComponent: 'DC0115', logSource: 'iOS:MDMLog' },
      ],
    },
  },
  marks: ['StatusItems'],
  is: (record) => isObject(record.StatusItems),
  take,
})
