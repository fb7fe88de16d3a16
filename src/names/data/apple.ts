// Apple's names: "Use Apple products on enterprise networks" (support.apple.com/101555) and "Configure your network for
// Apple push notifications" (support.apple.com/102266); the domains of Apple's delivery networks also in
// v2fly/domain-list-community (MIT). Private Relay: "Prepare your network or web server for iCloud Private Relay"
// (developer.apple.com/support/prepare-your-network-for-icloud-private-relay).
import type { Owned } from './kinds.ts'

export const appleNames: readonly Owned[] = [
  {
    kind: 'apple',
    owner: 'Apple',
    of: [
      'apple.com',
      'apple.com.cn',
      'apple-cloudkit.com',
      'apple-dns.net',
      'apple-livephotoskit.com',
      'apple-mapkit.com',
      'apple.news',
      'aaplimg.com',
      'apzones.com',
      'cdn-apple.com',
      'icloud.com',
      'icloud.com.cn',
      'icloud-content.com',
      'itunes.com',
      'me.com',
      'mzstatic.com',
      'apple.com.akadns.net',
      'apple.com.edgekey.net',
      'apple.com.edgekey.net.globalredir.akadns.net',
      'icloud.com.akadns.net',
      'icloud-content.com.akadns.net',
      'itunes-apple.com.akadns.net',
      'origin-apple.com.akadns.net',
    ],
  },
  {
    kind: 'relay',
    owner: 'iCloud Private Relay',
    of: [
      'mask.icloud.com',
      'mask-h2.icloud.com',
      'mask-api.icloud.com',
      'mask-canary.icloud.com',
      'mask.apple-dns.net',
      'mask-h2.apple-dns.net',
      'mask-api.apple-dns.net',
    ],
  },
]

/** 17.0.0.0/8 is Apple's whole (IANA); the IPv6 networks are those of push notifications (support.apple.com/102266). */
export const appleNetworks: readonly Owned[] = [
  {
    kind: 'apple',
    owner: 'Apple',
    of: ['17.0.0.0/8', '2620:149::/32', '2403:300::/32', '2a01:b740::/32'],
  },
]
