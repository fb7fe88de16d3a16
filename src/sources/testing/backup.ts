// Writes backups of made-up content, plain and encrypted, for tests: by other code than that which reads them.
import { createCipheriv, createHash, pbkdf2Sync, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { scratch } from '../testing.ts'

type Value = string | number | boolean | Buffer | Date | Uid | readonly Value[] | { readonly [key: string]: Value }
class Uid {
  readonly number: number
  constructor(number: number) {
    this.number = number
  }
}

/** A binary property list. */
export function binaryPlist(root: Value): Buffer {
  const objects: Buffer[] = []
  const head = (type: number, length: number): Buffer =>
    length < 15
      ? Buffer.from([(type << 4) | length])
      : Buffer.concat([Buffer.from([(type << 4) | 15, 0x12]), uint(length, 4)])
  const uint = (value: number, size: number): Buffer => {
    const bytes = Buffer.alloc(size)
    bytes.writeUIntBE(value, 0, size)
    return bytes
  }
  const add = (value: Value): number => {
    const index = objects.push(Buffer.alloc(0)) - 1
    const real = Buffer.alloc(9, 0x33)
    if (value instanceof Date) real.writeDoubleBE(value.getTime() / 1000 - 978_307_200, 1)
    objects[index] =
      typeof value === 'string'
        ? Buffer.concat([head(5, Buffer.byteLength(value, 'latin1')), Buffer.from(value, 'latin1')])
        : typeof value === 'number'
          ? Buffer.concat([Buffer.from([0x12]), uint(value, 4)])
          : typeof value === 'boolean'
            ? Buffer.from([value ? 9 : 8])
            : Buffer.isBuffer(value)
              ? Buffer.concat([head(4, value.length), value])
              : value instanceof Date
                ? real
                : value instanceof Uid
                  ? Buffer.from([0x80, value.number])
                  : Array.isArray(value)
                    ? Buffer.concat([head(10, value.length), ...value.map((one) => uint(add(one), 2))])
                    : Buffer.concat([
                        head(13, Object.keys(value).length),
                        ...Object.keys(value).map((key) => uint(add(key), 2)),
                        ...Object.values(value as Record<string, Value>).map((one) => uint(add(one), 2)),
                      ])
    return index
  }
  add(root)
  const parts: Buffer[] = [Buffer.from('bplist00')]
  const offsets: Buffer[] = []
  let at = 8
  for (const object of objects) {
    offsets.push(uint(at, 4))
    parts.push(object)
    at += object.length
  }
  const trailer = Buffer.alloc(32)
  trailer.set([4, 2], 6)
  trailer.writeBigUInt64BE(BigInt(objects.length), 8)
  trailer.writeBigUInt64BE(BigInt(at), 24)
  return Buffer.concat([...parts, ...offsets, trailer])
}

const wrap = (kek: Buffer, key: Buffer): Buffer => {
  const cipher = createCipheriv('id-aes256-wrap', kek, Buffer.alloc(8, 0xa6))
  return Buffer.concat([cipher.update(key), cipher.final()])
}
const encrypt = (key: Buffer, bytes: Buffer): Buffer => {
  const cipher = createCipheriv('aes-256-cbc', key, Buffer.alloc(16))
  return Buffer.concat([cipher.update(bytes), cipher.final()])
}
const number = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
const little = (value: number): Buffer => number(value).reverse()
const tagged = (...list: readonly (readonly [string, Buffer])[]): Buffer =>
  Buffer.concat(list.flatMap(([tag, value]) => [Buffer.from(tag), number(value.length), value]))

/** One file: where it lay on the device, and what it holds. `missing`: named, and not there. */
export type BackupFile = {
  readonly domain: string
  readonly path: string
  readonly data: Buffer | string
  readonly missing?: boolean
  readonly id?: string
}

export const deviceId = '00008110-000A1D2E3F40801E'
const info = (): Buffer =>
  binaryPlist({
    'Device Name': 'Test phone',
    'Target Identifier': deviceId,
    'Product Version': '26.1',
    'Last Backup Date': new Date(Date.UTC(2026, 2, 1)),
  })

/** A folder with a backup; encrypted by `password`, with few rounds so that tests are quick. */
export function backupOf(files: readonly BackupFile[], password: string | null = null, old = false): string {
  const folder = scratch()
  const [classKey, manifestKey] = [randomBytes(32), randomBytes(32)]
  const db = new DatabaseSync(join(folder, 'Manifest.db'))
  db.exec(
    'CREATE TABLE Files (fileID TEXT PRIMARY KEY, domain TEXT, relativePath TEXT, flags INTEGER, file BLOB); CREATE TABLE Properties (key TEXT PRIMARY KEY, value BLOB)',
  )
  const insert = db.prepare('INSERT INTO Files VALUES (?, ?, ?, ?, ?)')
  insert.run(createHash('sha1').update('HomeDomain-Library').digest('hex'), 'HomeDomain', 'Library', 2, null)
  for (const {
    domain,
    path,
    data,
    missing,
    id = createHash('sha1').update(`${domain}-${path}`).digest('hex'),
  } of files) {
    const plain = Buffer.from(data as string)
    const key = randomBytes(32)
    const blob = binaryPlist({
      $version: 100_000,
      $archiver: 'NSKeyedArchiver',
      $top: { root: new Uid(1) },
      $objects: [
        '$null',
        {
          Size: plain.length,
          Mode: 33_188,
          ProtectionClass: 3,
          RelativePath: new Uid(2),
          ...(password ? { EncryptionKey: new Uid(3) } : {}),
        },
        path,
        { 'NS.data': Buffer.concat([little(3), wrap(classKey, key)]) },
      ],
    })
    insert.run(id, domain, path, 1, blob)
    if (missing) continue
    mkdirSync(join(folder, id.slice(0, 2)), { recursive: true })
    writeFileSync(join(folder, id.slice(0, 2), id), password ? encrypt(key, plain) : plain)
  }
  db.close()
  writeFileSync(join(folder, 'Info.plist'), info())
  writeFileSync(join(folder, 'Status.plist'), binaryPlist({ BackupState: 'new' }))
  if (password === null) writeFileSync(join(folder, 'Manifest.plist'), binaryPlist({ IsEncrypted: false }))
  else encryptManifest(folder, password, classKey, manifestKey, old)
  return folder
}

/** `old`: as before iOS 10.2, without the first derivation. */
function encryptManifest(folder: string, password: string, classKey: Buffer, manifestKey: Buffer, old: boolean): void {
  const file = join(folder, 'Manifest.db')
  const [salt, firstSalt] = [randomBytes(20), randomBytes(20)]
  const first = old ? Buffer.from(password) : pbkdf2Sync(password, firstSalt, 30, 32, 'sha256')
  const key = pbkdf2Sync(first, salt, 20, 32, 'sha1')
  const bag = tagged(
    ['VERS', number(5)],
    ['TYPE', number(1)],
    ['UUID', randomBytes(16)],
    ['HMCK', randomBytes(40)],
    ['WRAP', number(1)],
    ['SALT', salt],
    ['ITER', number(20)],
    ...(old
      ? []
      : ([
          ['DPWT', number(1)],
          ['DPIC', number(30)],
          ['DPSL', firstSalt],
        ] as const)),
    // wrapped by the device, which a computer cannot undo
    ['UUID', randomBytes(16)],
    ['CLAS', number(11)],
    ['WRAP', number(1)],
    ['WPKY', randomBytes(40)],
    ['UUID', randomBytes(16)],
    ['CLAS', number(3)],
    ['WRAP', number(2)],
    ['KTYP', number(0)],
    ['WPKY', wrap(key, classKey)],
  )
  writeFileSync(file, encrypt(manifestKey, readFileSync(file)))
  writeFileSync(
    join(folder, 'Manifest.plist'),
    binaryPlist({
      IsEncrypted: true,
      BackupKeyBag: bag,
      ManifestKey: Buffer.concat([little(3), wrap(classKey, manifestKey)]),
    }),
  )
}
