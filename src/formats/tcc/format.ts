// TCC.db (HomeDomain, Library/TCC): which app was allowed what by whom. Table `access` with `auth_value` since iOS 14 and
// `allowed` before; `last_modified` since iOS 13. Source of the words: TCC.framework, as MVT and iLEAPP have them.
import { type CodeFormat, defineFormat } from '../../model/index.ts'
import { details } from '../apple.ts'
import { type Emit, parseDatabase, type Reading, sniffDatabase, unixTime } from '../database.ts'

const states: Readonly<Record<string, string>> = { '0': 'denied', '1': 'unknown', '2': 'allowed', '3': 'limited' }
const reasons: Readonly<Record<string, string>> = {
  '1': 'error',
  '2': 'user consent',
  '3': 'user set',
  '4': 'system set',
  '5': 'service policy',
  '6': 'MDM policy',
  '7': 'override policy',
  '8': 'missing usage string',
  '9': 'prompt timeout',
  '10': 'preflight unknown',
  '11': 'entitled',
  '12': 'app type policy',
}

const open = (emit: Emit, notAfter: number): Reading => ({
  tables: [
    {
      table: 'access',
      columns: [
        'service',
        'client',
        'client_type',
        'auth_value',
        'auth_reason',
        'allowed',
        'prompt_count',
        'last_modified',
        'indirect_object_identifier',
      ],
      take(row) {
        const written = row.real('last_modified')
        // databases of iOS 12 and before note no time
        const ts = written === null ? notAfter : unixTime(written)
        if (ts === null) return emit.flaw('bad_time', row, 'last_modified is no time')
        const client = row.text('client')
        const allowed = row.text('allowed')
        const value = row.text('auth_value')
        const target = row.text('indirect_object_identifier')
        return emit.row('device_event', row, {
          ts,
          kind: 'other',
          category: 'permission',
          // 0: a bundle id, 1: a path
          ...(row.text('client_type') === '1' ? { process_path: client } : { app: client }),
          detail: details({
            service: row.text('service'),
            state:
              value === '' ? (allowed === '' ? '' : allowed === '0' ? 'denied' : 'allowed') : (states[value] ?? value),
            reason: reasons[row.text('auth_reason')] ?? row.text('auth_reason'),
            towards: target === 'UNUSED' ? '' : target,
            time: written === null ? 'not stated' : '',
          }),
        })
      },
    },
  ],
})

export const tcc: CodeFormat = defineFormat({
  id: 'tcc',
  kind: 'code',
  title: 'Privacy permissions of apps (TCC.db)',
  version: 1,
  oneDevice: true,
  names: ['TCC.db'],
  claims: {
    device_event: {
      time: {
        means:
          'when the permission was last changed; in databases of iOS 12 and before, which note no time, when the file was written as far as that is known',
        precision: 'second',
        zone: 'stated',
      },
      always: ['kind', 'category', 'detail', 'raw'],
      sometimes: ['app', 'process_path'],
      blind: [
        'whether and when the permission was used: the App Privacy Report tells that',
        'what the permission was before, and apps that were removed',
        'access by what does not ask: an implant that runs with the rights of the system',
        'location, which locationd keeps elsewhere',
      ],
      attack: [{ dataComponent: 'DC0018', logSource: 'iOS:unifiedlog' }],
    },
  },
  sniff(head, name) {
    const answer = sniffDatabase(head, name, ['access', 'access_overrides'], /^TCC\.db$/i)
    // the words stand in other databases as well
    return answer === 'yes' &&
      !head.subarray(0, 65_536).includes('prompt_count') &&
      !head.subarray(0, 65_536).includes('auth_value')
      ? 'maybe'
      : answer
  },
  parse: (bytes, out, context) => parseDatabase(bytes, out, context, (emit) => open(emit, context.notAfter)),
})
