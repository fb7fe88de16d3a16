import { expect, test } from 'vitest'
import { isTargetedMalware, speaksOfTargeted, targetedFamilies, targetedFamily } from './targeted.ts'
import { timeOf } from './time.ts'

test.each([
  ['Pegasus', 'Pegasus'],
  ['2021-07-18_nso', 'Pegasus'],
  ['NSO Group', 'Pegasus'],
  ['Pegasus Forensic Traces per Target', 'Pegasus'],
  ['Predator', 'Predator'],
  ['Predator spyware iOS', 'Predator'],
  ['Cytrox', 'Predator'],
  ['intellexa_predator', 'Predator'],
  ['OperationTriangulation', 'Triangulation'],
  ['Operation Triangulation', 'Triangulation'],
  ['2023-06_01_operation_triangulation', 'Triangulation'],
  ['KingSpawn', 'KingsPawn'],
  ['KingsPawn', 'KingsPawn'],
  ['Quadream', 'KingsPawn'],
  ['RCSLab', 'RCS Lab'],
  ['rcs_lab', 'RCS Lab'],
  ['FinSpy', 'FinFisher'],
  ['finfisher', 'FinFisher'],
  ['Candiru', 'Candiru'],
  ['DevilsTongue', 'Candiru'],
  ['Wintego Helios', 'Helios'],
  ['cellebrite', 'Cellebrite'],
  ['BrazenBamboo LightSpy C2', 'LightSpy'],
])('%s is %s', (text, family) => {
  expect(targetedFamily(text)).toBe(family)
})

test.each([
  '',
  'hermit',
  'PredatorPain',
  'Predator The Thief',
  'Graphite',
  'Alien',
  'rcs',
  'insomnia',
  'consols',
  'pegasusx',
  'iOS',
  'constructor',
  '2021',
])('%j is none that we know', (text) => {
  expect(targetedFamily(text)).toBe(null)
})

test('every family is told by its own words, and by no other family’s', () => {
  for (const { family, names, words } of targetedFamilies) {
    for (const text of [...names, ...words]) expect(targetedFamily(text), text).toBe(family)
    for (const text of words) expect(targetedFamily(`The ${text} campaign of 2025`), text).toBe(family)
  }
})

const utc = (...parts: Parameters<typeof Date.UTC>): number => Date.UTC(...parts) * 1000
test.each<[unknown, number]>([
  ['2025-06-01T02:03:04Z', utc(2025, 5, 1, 2, 3, 4)],
  ['2025-06-01T02:03:04.5Z', utc(2025, 5, 1, 2, 3, 4, 500)],
  ['2025-06-01T02:03:04.123456Z', utc(2025, 5, 1, 2, 3, 4, 123) + 456],
  ['2025-06-01T02:03:04.123456789Z', utc(2025, 5, 1, 2, 3, 4, 123) + 456],
  ['2025-06-01 02:03:04 UTC', utc(2025, 5, 1, 2, 3, 4)],
  ['2025-06-01 02:03', utc(2025, 5, 1, 2, 3)],
  ['2025-06-01T02:03:04+02:30', utc(2025, 4, 31, 23, 33, 4)],
  ['2025-06-01T02:03:04-0130', utc(2025, 5, 1, 3, 33, 4)],
  [' 2025-06-01 ', utc(2025, 5, 1)],
  ['1746000000', 1746000000e6],
  [1746000000, 1746000000e6],
  [1746000000.25, 1746000000.25e6],
  ['2255-12-31', utc(2255, 11, 31)],
  ['2256-01-01', 0],
  ['9999-12-31T23:59:59Z', 0],
  ['1969-12-31', 0],
  ['1970-01-01', 0],
  ['2025-13-01', 0],
  ['2025-00-01', 0],
  ['2025-06-00', 0],
  ['2025-06-32', 0],
  ['2025-06-01T24:00', 0],
  ['2025-06-01T23:60', 0],
  ['2025-06-01T23:59:61', 0],
  ['yesterday', 0],
  ['12345678', 0],
  ['', 0],
  [-5, 0],
  [0, 0],
  [Number.NaN, 0],
  [1e300, 0],
  [null, 0],
  [undefined, 0],
  [{}, 0],
])('time %j', (value, micros) => {
  expect(timeOf(value)).toBe(micros)
})

test.each(['targeted', 'mercenary-spyware', 'Mercenary Spyware', 'targeted_spyware', 'Pegasus'])(
  'label `%s` says targeted spyware',
  (label) => expect(speaksOfTargeted(['phishing', label])).toBe(true),
)

test.each(['', 'spyware', 'untargeted', 'stalkerware', 'malicious-activity', 'targeted at banks'])(
  'label `%s` does not',
  (label) => expect(speaksOfTargeted([label])).toBe(false),
)

test('STIX malware of the type spyware is targeted spyware, unless it is called stalkerware', () => {
  expect(isTargetedMalware(['Glass'], ['spyware'])).toBe(true)
  expect(isTargetedMalware(['Glass', 'mercenary-spyware'], [])).toBe(true)
  expect(isTargetedMalware(['KinWatch', 'stalkerware'], ['spyware'])).toBe(false)
  expect(isTargetedMalware(['Glass'], ['trojan'])).toBe(false)
})
