import { describe, expect, test } from 'vitest'
import { buildIdentity, forever, resolveSubject, type Statement, subjectFrom } from './identity.ts'

const hour = 3600e6
const t0 = Date.UTC(2026, 8, 14) * 1000

const map = (given: Partial<Statement>): Statement => ({
  kind: 'map',
  ts: 0,
  ts_end: 0,
  device: '',
  user: '',
  group: '',
  ip: '',
  mac: '',
  host: '',
  serial: '',
  udid: '',
  crash_reporter_key: '',
  ...given,
})
const lease = (given: Partial<Statement>): Statement => map({ kind: 'lease', ...given })

const subject = (given: Partial<ReturnType<typeof subjectFrom>>) => ({ ...subjectFrom(''), ...given })
const at = (statements: readonly Statement[], given: Partial<ReturnType<typeof subjectFrom>>, time: number) =>
  resolveSubject(buildIdentity(statements), subject(given)).find((stretch) => stretch.from <= time && time < stretch.to)

describe('a subject becomes a device', () => {
  test('an address of the map, for ever where the map gives no time', () => {
    expect(
      at([map({ device: 'phone-1', user: 'ada', group: 'Board', ip: '10.0.0.1' })], { ip: '10.0.0.1' }, t0),
    ).toMatchObject({
      device: 'phone-1',
      name: 'phone-1',
      user: 'ada',
      group: 'Board',
      how: 'map:ip',
      candidates: 1,
      from: 0,
      to: forever,
    })
  })
  test('the id is the UDID, else the serial number, else the name', () => {
    expect(at([map({ device: 'p', serial: 'S', udid: 'U', ip: '10.0.0.1' })], { ip: '10.0.0.1' }, t0)?.device).toBe('U')
    expect(at([map({ device: 'p', serial: 'S', ip: '10.0.0.1' })], { ip: '10.0.0.1' }, t0)?.device).toBe('S')
  })
  test('from is inside, to is outside', () => {
    const statements = [map({ device: 'p', ip: '10.0.0.1', ts: t0, ts_end: t0 + hour })]
    expect(at(statements, { ip: '10.0.0.1' }, t0 - 1)).toBeUndefined()
    expect(at(statements, { ip: '10.0.0.1' }, t0)?.device).toBe('p')
    expect(at(statements, { ip: '10.0.0.1' }, t0 + hour - 1)?.device).toBe('p')
    expect(at(statements, { ip: '10.0.0.1' }, t0 + hour)).toBeUndefined()
  })
  test('two devices on one address: nobody is named', () => {
    const statements = [map({ device: 'a', ip: '10.0.0.1' }), map({ device: 'b', ip: '10.0.0.1' })]
    expect(at(statements, { ip: '10.0.0.1' }, t0)).toMatchObject({ device: '', name: '', candidates: 2 })
  })
  test('a statement with a time goes before one without', () => {
    const statements = [
      map({ device: 'always', ip: '10.0.0.1' }),
      map({ device: 'then', ip: '10.0.0.1', ts: t0, ts_end: t0 + hour }),
    ]
    expect(at(statements, { ip: '10.0.0.1' }, t0 + 1)?.device).toBe('then')
    expect(at(statements, { ip: '10.0.0.1' }, t0 + hour)?.device).toBe('always')
  })
  test('host names and users compare without case; the name Apple gives names nobody', () => {
    const statements = [
      map({ device: 'p', host: 'adas-phone.local', user: 'Ada' }),
      map({ device: 'q', host: 'iphone' }),
    ]
    expect(at(statements, { host: 'Adas-Phone.local' }, t0)?.device).toBe('p')
    expect(at(statements, { user: 'ADA' }, t0)).toMatchObject({ device: 'p', how: 'map:user' })
    expect(at(statements, { host: 'iPhone' }, t0)).toBeUndefined()
  })
  test('a crash-reporter key, a serial number and a UDID', () => {
    const statements = [map({ device: 'p', crash_reporter_key: 'c0ffee', serial: 'S1', udid: 'U1' })]
    expect(at(statements, { key: 'C0FFEE' }, t0)).toMatchObject({ name: 'p', how: 'map:key' })
    expect(at(statements, { serial: 'S1' }, t0)?.how).toBe('map:serial')
    expect(at(statements, { udid: 'U1' }, t0)?.how).toBe('map:udid')
  })
  test('MAC goes before address; a conflict is counted', () => {
    const statements = [map({ device: 'a', mac: '02:00:00:00:00:01' }), map({ device: 'b', ip: '10.0.0.1' })]
    expect(at(statements, { mac: '02:00:00:00:00:01', ip: '10.0.0.1' }, t0)).toMatchObject({
      device: 'a',
      how: 'map:mac',
      candidates: 2,
    })
  })
})

describe('leases', () => {
  const owners = [map({ device: 'a', mac: '02:00:00:00:00:0a' }), map({ device: 'b', mac: '02:00:00:00:00:0b' })]
  test('the device is the one whose MAC has the address', () => {
    const statements = [...owners, lease({ ip: '10.0.0.9', mac: '02:00:00:00:00:0a', ts: t0, ts_end: t0 + hour })]
    expect(at(statements, { ip: '10.0.0.9' }, t0 + 1)).toMatchObject({ device: 'a', how: 'lease:mac' })
    expect(at(statements, { ip: '10.0.0.9' }, t0 + hour)).toBeUndefined()
  })
  test('a lease to another device ends the one before, even where it still runs on paper', () => {
    const statements = [
      ...owners,
      lease({ ip: '10.0.0.9', mac: '02:00:00:00:00:0a', ts: t0, ts_end: t0 + 24 * hour }),
      lease({ ip: '10.0.0.9', mac: '02:00:00:00:00:0b', ts: t0 + hour, ts_end: t0 + 25 * hour }),
    ]
    expect(at(statements, { ip: '10.0.0.9' }, t0 + hour - 1)?.device).toBe('a')
    expect(at(statements, { ip: '10.0.0.9' }, t0 + hour)?.device).toBe('b')
  })
  test('without an end a lease holds for a day', () => {
    const statements = [...owners, lease({ ip: '10.0.0.9', mac: '02:00:00:00:00:0a', ts: t0 })]
    expect(at(statements, { ip: '10.0.0.9' }, t0 + 24 * hour - 1)?.device).toBe('a')
    expect(at(statements, { ip: '10.0.0.9' }, t0 + 24 * hour)).toBeUndefined()
  })
  test('what the network did goes before what the map says of all time', () => {
    const statements = [
      ...owners,
      map({ device: 'c', ip: '10.0.0.9' }),
      lease({ ip: '10.0.0.9', mac: '02:00:00:00:00:0a', ts: t0, ts_end: t0 + hour }),
    ]
    expect(at(statements, { ip: '10.0.0.9' }, t0 + 1)?.device).toBe('a')
    expect(at(statements, { ip: '10.0.0.9' }, t0 + 2 * hour)?.device).toBe('c')
  })
  test('a lease to a MAC that nobody knows names nobody', () => {
    expect(
      at(
        [...owners, lease({ ip: '10.0.0.9', mac: '02:00:00:00:00:0c', ts: t0, ts_end: t0 + hour })],
        { ip: '10.0.0.9' },
        t0,
      ),
    ).toBeUndefined()
  })
})

describe('what the record or the operator says', () => {
  const statements = [map({ device: 'Board-Phone', serial: 'S1', crash_reporter_key: 'k1' })]
  test('a folder that the map knows is the device; case does not matter', () => {
    expect(at(statements, { device: 'board-phone', deviceFrom: 'folder' }, t0)).toMatchObject({
      device: 'S1',
      name: 'Board-Phone',
      how: 'folder',
    })
  })
  test('a folder that it does not know is only a label', () => {
    expect(at(statements, { device: 'evidence', deviceFrom: 'folder' }, t0)).toMatchObject({
      device: '',
      name: 'evidence',
      how: 'folder',
      candidates: 0,
    })
  })
  test('a key in the report goes before such a label', () => {
    expect(at(statements, { device: 'evidence', deviceFrom: 'folder', key: 'k1' }, t0)).toMatchObject({
      device: 'S1',
      how: 'map:key',
    })
  })
  test('--device and a name in the record are the device', () => {
    expect(at(statements, { device: 'x', deviceFrom: 'option' }, t0)).toMatchObject({
      device: 'x',
      name: 'x',
      how: 'option',
    })
    expect(at(statements, { device: 'x', deviceFrom: 'record', ip: '10.0.0.1' }, t0)).toMatchObject({
      device: 'x',
      how: 'record',
    })
  })
})
