// Processes that take what strangers send, and what they belong to. By OS range where it changed.

/** Groups of processes that one delivery passes through. iOS 15 to 26; names are cut at 15–16 characters in some reports. */
const groups: Readonly<Record<string, readonly string[]>> = {
  messages: [
    'imagent',
    'IMTransferAgent',
    'IMTranscoderAgent',
    'IMDPersistenceAgent',
    'MessagesBlastDoorService',
    'BlastDoor',
    'MobileSMS',
    'identityservicesd',
    'apsd',
    'com.apple.MobileSMS',
  ],
  web: [
    'com.apple.WebKit.WebContent',
    'com.apple.WebKit.Networking',
    'com.apple.WebKit.GPU',
    'WebContent',
    'MobileSafari',
    'SafariViewService',
    'com.apple.mobilesafari',
    'JavaScriptCore',
  ],
  media: [
    'mediaserverd',
    'mediaplaybackd',
    'mediaparserd',
    'mediaanalysisd',
    'assetsd',
    'photoanalysisd',
    'QuickLookThumbnailing',
    'com.apple.quicklook.ThumbnailsAgent',
    'quicklookd',
    'ThumbnailExtension',
    'VTDecoderXPCService',
    'videocodecd',
    'ImageIOXPCService',
    'fontd',
  ],
  mail: ['maild', 'MobileMail', 'com.apple.mobilemail'],
  wallet: ['passd', 'PassKit'],
  home: ['homed', 'HomeKit'],
  calls: ['callservicesd', 'facetimeunitd', 'avconferenced', 'CommCenter', 'InCallService'],
  sharing: ['sharingd', 'AirDrop', 'rapportd', 'airplayd', 'AirPlayReceiver'],
  wireless: [
    'wifid',
    'bluetoothd',
    'WirelessRadioManagerd',
    'nehelper',
    'mDNSResponder',
    'configd',
    'networkserviceproxy',
  ],
  calendar: ['calaccessd', 'dataaccessd', 'remindd', 'CalendarDaemon'],
}

const groupByProcess = new Map(
  Object.entries(groups).flatMap(([group, names]) =>
    names.flatMap((name): [string, string][] => [
      [name.toLowerCase(), group],
      [name.slice(0, 15).toLowerCase(), group],
      [name.slice(0, 16).toLowerCase(), group],
    ]),
  ),
)

/** Group of a process that takes foreign input; '' for any other. */
export const groupOf = (process: string): string => groupByProcess.get(process.toLowerCase()) ?? ''

/** Does the process take what a stranger sends before anybody has looked at it? */
export const parsesForeignInput = (process: string): boolean => groupOf(process) !== ''
