// What a reader must know before acting on an AN1700 finding. Code → sentence; `{…}` is filled from the finding's data.
import type { Caveat } from '../../model/index.ts'

export const caveats = {
  app_unknown: 'The telemetry does not tell which app or process made the contact.',
  lookup_only: 'Only a DNS look-up was seen. A look-up shows intent, not that data went there.',
  blocked: '{blocked} of {rows} records say that the contact was blocked.',
  visit: 'The name was met in a browser or web view. A visit is not an infection.',
  embedded_third_party:
    'The name belongs to {owner}, whose code is embedded in many apps: the app’s maker may not know of it.',
  shared_infrastructure: 'The name lies on shared infrastructure of {owner}: others use it too.',
  dynamic_dns: 'The name is a dynamic DNS name ({owner}): its address, and its user, may change often.',
  url_host_only: 'The indicator is a URL, but the telemetry shows only its host.',
  sinkhole:
    'The name or address belongs to a sinkhole ({owner}): the campaign was taken over by defenders; the device may still be infected.',
  parked: 'The name is parked ({owner}): nothing but advertising may be behind it now.',
  scanner: 'The name belongs to a security service ({owner}) that looks up bad names on purpose.',
  relay: 'The address belongs to a relay ({owner}): what is behind it cannot be seen.',
  known_service: 'The name belongs to {owner}, a well-known service: the indicator may be wrong.',
  warning_list: 'It stands on the warning list “{list}” ({type}) of things that are often listed wrongly.',
  retroactive:
    'The contact came before the indicator became valid ({since}): feeds set that to the day of publication.',
  indicator_aged: 'The indicator is old (since {since}) and its feed gives no end: the name may have changed hands.',
  indicator_doubtful:
    'Whoever lists it calls it no more than suspicious (confidence {confidence} of 100): much of the kind is harmless.',
  indicator_expired: 'The indicator had been ended ({until}) before the contact.',
  indicator_revoked: 'The feed has revoked the indicator.',
  identity_unknown: 'Nobody has told which device had this address then: give a map with --devices, or DHCP logs.',
  identity_ambiguous: '{candidates} devices claim this address for that time; none is named.',
  identity_conflict:
    'What the record says of its device points to {candidates} different devices; the strongest statement is used.',
  device_label_only: 'The device is named after the folder the file lay in; no map or inventory knows it.',
  prevalent:
    '{met} of {fleet} devices met it within an hour of its first sighting. All that met it: {devices}. Is the indicator bad, is it an SDK, or is it the supply chain?',
  process_name_only: 'Only the name of the process matches. Names are chosen by whoever writes the process.',
  process_name_cut: 'The process name was cut by the system; it fits the indicator as far as it goes.',
  weak_fingerprint: 'A TLS fingerprint is shared by many programs: weak evidence alone.',
  several_apps: 'Several apps met it: {apps}.',
  redirected: 'The request was referred by {referrer}: look there for who led the device to it.',
  summary: 'The record is a summary with a first and a last time, not single contacts.',
} as const
export type CaveatCode = keyof typeof caveats
export type CaveatData = Readonly<Record<string, string | number>>

/** The caveat with its sentence filled from `data`. */
export const caveat = (code: CaveatCode, data: CaveatData = {}): Caveat => ({
  code,
  text: caveats[code].replaceAll(/\{(\w+)\}/g, (_, key: string) => String(data[key] ?? '')),
})
