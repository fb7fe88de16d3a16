// Lists of profiles, certificates and apps: what each member says, and under which id an absence is told.
import { createHash } from 'node:crypto'
import { dictsAt, isDict, type PlistDict, type PlistValue, textAt } from '../../plist/plist.ts'
import { brief, details } from '../apple.ts'

/** `dict`: the member as it stands; null where its id alone stands in the list. */
type Member = {
  readonly id: string
  readonly dict: PlistDict
  readonly columns: {
    readonly kind: 'profile' | 'certificate' | 'app'
    readonly category?: string
    readonly app?: string
    readonly app_version?: string
    readonly detail: Record<string, string>
  }
}

type List = { readonly category: string; readonly members: readonly Member[]; readonly whole: boolean }

/** A device has some hundred. */
const maxMembers = 10_000
const maxId = 255

/** Key of a response → category of the row that stands for the list, and how a member is read. */
const lists: Readonly<
  Record<string, { readonly category: string; readonly read: (answer: PlistValue) => Member[] | null }>
> = {
  ProfileList: { category: 'profile_list', read: members(profile) },
  CertificateList: { category: 'certificate_list', read: members(certificate) },
  InstalledApplicationList: { category: 'app_list', read: members(installedApp) },
  ManagedApplicationList: { category: 'managed_app_list', read: managedApps },
}

export const listKeys: readonly string[] = Object.keys(lists)

/** The list at a key of a response; null where it is no list. `whole` false: longer than is read. */
export function listOf(key: string, answer: PlistValue): List | null {
  const { category, read } = lists[key]!
  const found = read(answer)
  if (found === null) return null
  return { category, members: found.slice(0, maxMembers), whole: found.length <= maxMembers }
}

function members(read: (dict: PlistDict) => Omit<Member, 'dict'>): (answer: PlistValue) => Member[] | null {
  return (answer) => (Array.isArray(answer) ? answer.filter(isDict).map((dict) => ({ ...read(dict), dict })) : null)
}

function profile(dict: PlistDict): Omit<Member, 'dict'> {
  const id = brief(textAt(dict, 'PayloadIdentifier') || textAt(dict, 'PayloadUUID'), maxId)
  const types = (dictsAt(dict, 'PayloadContent') ?? []).map((payload) => textAt(payload, 'PayloadType'))
  const signers = dict.entries.get('SignerCertificates')
  const detail = details({
    uuid: textAt(dict, 'PayloadUUID'),
    name: textAt(dict, 'PayloadDisplayName'),
    organization: textAt(dict, 'PayloadOrganization'),
    managed: textAt(dict, 'IsManaged'),
    encrypted: textAt(dict, 'IsEncrypted'),
    removal_disallowed: textAt(dict, 'PayloadRemovalDisallowed'),
    removal_passcode: textAt(dict, 'HasRemovalPasscode'),
    payloads: [...new Set(types)].sort().join(' '),
    signer: Array.isArray(signers) ? sha256Of(signers[0]) : '',
    installed_by: textAt(dict, 'Source'),
  })
  return { id, columns: { kind: 'profile', category: id, detail } }
}

function certificate(dict: PlistDict): Omit<Member, 'dict'> {
  const name = textAt(dict, 'CommonName')
  const id = sha256Of(dict.entries.get('Data')) || brief(name, maxId)
  const detail = details({ common_name: name, identity: textAt(dict, 'IsIdentity') })
  return { id, columns: { kind: 'certificate', category: id, detail } }
}

/** Lower-case SHA-256 of a certificate; '' where the data are none (exports blank them out). */
function sha256Of(data: PlistValue | undefined): string {
  // DER: a SEQUENCE whose length takes two bytes, as in every certificate
  const der = Buffer.isBuffer(data) && data.length > 100 && data[0] === 0x30 && data[1]! >= 0x81 && data[1]! <= 0x83
  return der ? createHash('sha256').update(data).digest('hex') : ''
}

function installedApp(dict: PlistDict): Omit<Member, 'dict'> {
  const app = brief(textAt(dict, 'Identifier'), maxId)
  const version = textAt(dict, 'ShortVersion') || textAt(dict, 'Version')
  const detail = details({
    name: textAt(dict, 'Name'),
    size: textAt(dict, 'BundleSize'),
    build: textAt(dict, 'Version') === version ? '' : textAt(dict, 'Version'),
    installing: textAt(dict, 'Installing') === 'yes' ? 'yes' : '',
    validated: textAt(dict, 'IsValidated'),
    app_store: textAt(dict, 'AppStoreVendable'),
    ad_hoc: textAt(dict, 'AdHocCodeSigned'),
    beta: textAt(dict, 'BetaApp'),
    distributor: textAt(dict, 'DistributorIdentifier'),
    installed_by: textAt(dict, 'Source'),
  })
  return { id: app || brief(textAt(dict, 'Name'), maxId), columns: { kind: 'app', app, app_version: version, detail } }
}

/** A dictionary by bundle id. `status` says whether the app is there: Managed, ManagedButUninstalled, Failed, UserRejected … */
function managedApps(answer: PlistValue): Member[] | null {
  if (!isDict(answer)) return null
  return [...answer.entries].flatMap(([key, dict]) => {
    if (!isDict(dict)) return []
    const app = brief(key, maxId)
    const detail = details({
      managed: 'yes',
      status: textAt(dict, 'Status'),
      validated: textAt(dict, 'IsValidated'),
      configured: textAt(dict, 'HasConfiguration'),
    })
    return [{ id: app, dict, columns: { kind: 'app' as const, app, detail } }]
  })
}
