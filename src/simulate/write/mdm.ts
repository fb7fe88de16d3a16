// What devices answer to their management server: Apple’s property lists, by themselves or inside NanoMDM’s webhook.
// Source of the keys: Apple, Device Management (DeviceInformation, SecurityInfo, ProfileList, CertificateList,
// InstalledApplicationList, ManagedApplicationList); NanoMDM, service/webhook.
import type { Micros } from '../../model/index.ts'
import type { Device, Posture } from '../world.ts'
import { utc } from './clock.ts'
import { type Files, pathPart } from './files.ts'
import { uuidOf } from './identity.ts'
import { type PlistValue, plistXml } from './plist.ts'

/** `webhook`: mdm/webhooks.ndjson for all devices. `plist`: a file for each answer, in the folder of its device. */
export type MdmForm = 'webhook' | 'plist'

type Answer = {
  readonly name: string
  /** '' for a check-in, which the device sends by itself. */
  readonly commandUuid: string
  readonly plist: string
}

const deviceInformation = (p: Posture, device: Device): PlistValue => ({
  BuildVersion: p.osBuild,
  DeviceName: device.name,
  IsSupervised: p.supervised,
  ModelName: device.model.startsWith('iPad') ? 'iPad' : 'iPhone',
  OSVersion: p.osVersion,
  ProductName: device.model,
  SerialNumber: device.serial,
  UDID: device.udid,
  WiFiMAC: device.mac,
})

const securityInfo = (p: Posture): PlistValue => ({
  HardwareEncryptionCaps: 3,
  ManagementStatus: { EnrolledViaDEP: p.supervised, IsUserEnrollment: false, UserApprovedEnrollment: true },
  PasscodeCompliant: p.passcode,
  PasscodeCompliantWithProfiles: p.passcode,
  PasscodeLockGracePeriod: 0,
  PasscodeLockGracePeriodEnforced: 0,
  PasscodePresent: p.passcode,
})

const profileList = (p: Posture): PlistValue =>
  p.profiles.map((profile) => ({
    HasRemovalPasscode: false,
    IsEncrypted: false,
    IsManaged: profile.managed,
    PayloadContent: profile.payloads.map((type, i) => ({
      PayloadDisplayName: type,
      PayloadIdentifier: `${profile.identifier}.${i}`,
      PayloadType: type,
      PayloadVersion: 1,
    })),
    PayloadDescription: '',
    PayloadDisplayName: profile.name,
    PayloadIdentifier: profile.identifier,
    PayloadOrganization: profile.organization,
    PayloadRemovalDisallowed: profile.managed,
    PayloadUUID: profile.uuid,
    PayloadVersion: 1,
  }))

const base64 = /^[A-Za-z0-9+/]+={0,2}$/

const certificateList = (p: Posture): PlistValue =>
  p.certificates.map((certificate) => ({
    CommonName: certificate.commonName,
    Data: Buffer.from(certificate.der, base64.test(certificate.der) ? 'base64' : 'utf8'),
    IsIdentity: certificate.identity,
  }))

const installedApplicationList = (p: Posture): PlistValue =>
  p.apps.map((app) => ({
    AdHocCodeSigned: false,
    AppStoreVendable: !app.managed,
    BetaApp: false,
    Identifier: app.identifier,
    Installing: false,
    Name: app.name,
    ShortVersion: app.version,
    Version: app.version,
  }))

const managedApplicationList = (p: Posture): PlistValue =>
  Object.fromEntries(
    p.apps
      .filter((app) => app.managed)
      .map((app) => [
        app.identifier,
        { HasConfiguration: false, HasFeedback: false, IsValidated: true, ManagementFlags: 1, Status: 'Managed' },
      ]),
  )

/**
 * Lockdown Mode is in no answer to a command: only the status item security.lockdown-mode states it, which Apple gives to
 * supervised devices from iOS 27 on. Here all supervised devices report it, or nobody could see that it was turned off.
 */
const statusReport = (p: Posture, device: Device): PlistValue =>
  Buffer.from(
    JSON.stringify({
      StatusItems: {
        device: { identifier: { udid: device.udid, 'serial-number': device.serial } },
        security: { 'lockdown-mode': p.lockdownMode },
      },
      Errors: [],
    }),
  )

const checkin = (p: Posture, device: Device): Answer => ({
  name: 'DeclarativeManagement',
  commandUuid: '',
  plist: plistXml({
    Data: statusReport(p, device),
    Endpoint: 'status',
    MessageType: 'DeclarativeManagement',
    UDID: device.udid,
  }),
})

function answersOf(p: Posture, device: Device, seed: number): Answer[] {
  const answer = (name: string, key: string, value: PlistValue): Answer => {
    const commandUuid = uuidOf(seed, `mdm/${device.name}/${p.ts}/${name}`).toLowerCase()
    const members = { CommandUUID: commandUuid, [key]: value, Status: 'Acknowledged', UDID: device.udid }
    const sorted = Object.fromEntries(Object.entries(members).sort(([a], [b]) => (a < b ? -1 : 1)))
    return { name, commandUuid, plist: plistXml(sorted) }
  }
  return [
    answer('DeviceInformation', 'QueryResponses', deviceInformation(p, device)),
    answer('SecurityInfo', 'SecurityInfo', securityInfo(p)),
    answer('ProfileList', 'ProfileList', profileList(p)),
    answer('CertificateList', 'CertificateList', certificateList(p)),
    answer('InstalledApplicationList', 'InstalledApplicationList', installedApplicationList(p)),
    answer('ManagedApplicationList', 'ManagedApplicationList', managedApplicationList(p)),
    ...(p.supervised ? [checkin(p, device)] : []),
  ]
}

const webhook = ({ commandUuid, plist }: Answer, device: Device, at: Micros, id: string): string => {
  const udid = device.udid.toWellFormed()
  const about = { ids: { id: udid, type: 'Device' }, udid }
  const raw_payload = Buffer.from(plist, 'utf8').toString('base64')
  const event =
    commandUuid === ''
      ? { checkin_event: { ...about, raw_payload } }
      : { acknowledge_event: { ...about, status: 'Acknowledged', command_uuid: commandUuid, raw_payload } }
  const topic = commandUuid === '' ? 'mdm.DeclarativeManagement' : 'mdm.Connect'
  return `${JSON.stringify({ topic, event_id: id, created_at: utc(at), ...event })}\n`
}

/** Writes the answers of a device one after the other, 300 ms apart. */
export function mdmWriter(
  files: Files,
  devices: readonly Device[],
  seed: number,
  form: MdmForm,
): (p: Posture) => Promise<void> {
  return async (p) => {
    const device = devices[p.device]!
    for (const [i, answer] of answersOf(p, device, seed).entries()) {
      const at = p.ts + i * 300_000
      if (form === 'webhook') {
        const id = uuidOf(seed, `webhook/${device.name}/${p.ts}/${answer.name}`).toLowerCase()
        await files.add(files.grow('mdm/webhooks.ndjson'), webhook(answer, device, at, id))
      } else {
        // the list itself has no time: its name and its modification time say when it came
        const name = `${utc(at).replaceAll(/[-:]|\.\d+/g, '')}-${answer.name}.plist`
        await files.put(`devices/${pathPart(device.name)}/mdm/${name}`, answer.plist, at)
      }
    }
  }
}
