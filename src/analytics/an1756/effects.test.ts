import { expect, test } from 'vitest'
import { classOf } from './effects.ts'
import type { EffectRow } from './row.ts'

const change = (category: string, before: string, value: string): EffectRow => ({
  who: 'device a',
  at: 1_789_000_000,
  source: 1,
  record: 1,
  event_key: 'k',
  kind: 'posture',
  category,
  process: '',
  process_path: '',
  app: '',
  app_version: '',
  os_build: '',
  first_party: '',
  bug_type: '',
  exception_type: '',
  exception_subtype: '',
  signal: '',
  termination_namespace: '',
  termination_code: '',
  fault_address: '',
  pc_image: '',
  pc_known: 0,
  locked: '',
  value,
  before,
  since: 1_788_000_000,
  app_devices: 0,
  app_since: 0,
})

test.each([
  ['passcode_present', 'yes', 'no', 'passcode'],
  ['passcode_present', 'no', 'yes', null],
  ['lockdown_mode', 'yes', 'no', 'lockdown_mode'],
  ['mdm_enrolled', 'yes', 'no', 'unenrolled'],
  ['os_version', '18.3.1', '18.3', 'os_downgrade'],
  ['os_version', '18.9', '18.10', null],
  ['jailbroken', 'no', 'yes', 'integrity'],
  ['jailbroken', 'yes', 'no', null],
  ['system_integrity_protection', 'no', 'yes', null],
  ['system_integrity_protection', 'yes', 'no', 'integrity'],
  ['certificate_list', 'a', 'a\u001fb', 'certificate'],
  ['certificate_list', 'a\u001fb', 'a', null],
  ['time_zone', 'a', 'b', null],
])('a change of %s from %s to %s is %s', (category, before, value, wanted) => {
  expect(classOf(change(category, before, value))).toBe(wanted)
})
