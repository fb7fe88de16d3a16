// What must be found, and what must go to history.
import { strangers } from './fleet.ts'
import { contact, finding, glassferry, idn, listedUrl, phoneAgent, type Story } from './telling.ts'

const board = {
  device: 'board-iphone-1',
  host: 'cdn3.harbor-sync.example',
  ip: '192.0.2.14',
  app: 'example.papertrail.scanner',
  bytesOut: 48_200,
}

export const findings: readonly Story[] = [
  finding(
    'board-app',
    'An app on a board member’s iPhone contacts a name below a GLASSFERRY domain; the phone’s own privacy report and Zeek dns, ssl and conn show the same contacts: one finding with all the evidence.',
    { severity: 'critical', indicator: 'harbor-sync.example', families: glassferry, app: board.app },
    [contact('16 07:42:10', board), contact('16 13:05:31', board), contact('17 07:40:55', board)],
  ),
  finding(
    'dns-only',
    'A name below a listed sub-domain is looked up; nothing else is seen. The address belonged to press-iphone-2 until noon (its lease still runs on paper) and to finance-iphone-2 after a new lease. The lines stand in two overlapping logs and count once.',
    { severity: 'high', indicator: 'relay.quietledger.test', families: glassferry },
    [
      contact('19 14:12:03', { device: 'finance-iphone-2', host: 'k7.relay.quietledger.test', seen: ['dns'] }),
      contact('19 15:30:44', { device: 'finance-iphone-2', host: 'k7.relay.quietledger.test', seen: ['dns'] }),
    ],
  ),
  finding(
    'browser-visit',
    'A listed phishing page is opened in Safari: a visit, not an infection.',
    {
      severity: 'medium',
      indicator: 'signin-parcelbox.example',
      families: ['PARCELBAIT'],
      app: 'com.apple.mobilesafari',
      caveats: ['visit'],
    },
    [
      contact('15 11:20:18', {
        device: 'finance-iphone-1',
        host: 'signin-parcelbox.example',
        ip: '192.0.2.31',
        app: 'com.apple.mobilesafari',
        initiated: 'NonAppInitiated',
        page: 'signin-parcelbox.example',
      }),
    ],
  ),
  finding(
    'retroactive',
    'The indicator was published (valid_from) six days after the contact.',
    {
      severity: 'medium',
      indicator: 'tidewater-metrics.test',
      families: glassferry,
      app: 'example.parley.messenger',
      retroactive: true,
    },
    [
      contact('15 09:03:27', {
        device: 'press-iphone-1',
        host: 'in.tidewater-metrics.test',
        ip: '192.0.2.45',
        app: 'example.parley.messenger',
      }),
    ],
  ),
  finding(
    'aged',
    'The indicator was published four years ago and has no end: still a hit, with less confidence.',
    { severity: 'medium', indicator: 'oldpier.invalid', families: glassferry, caveats: ['indicator_aged'] },
    [contact('17 10:44:09', { device: 'press-iphone-3', host: 'img.oldpier.invalid', ip: '192.0.2.52' })],
  ),
  finding(
    'address',
    'A listed address is contacted without any look-up; only conn.log shows it.',
    { severity: 'high', indicator: '203.0.113.9', families: ['PAPERLANTERN'] },
    [
      contact('16 15:15:15', { device: 'finance-iphone-3', host: '', ip: '203.0.113.9', port: 8443, seen: ['flow'] }),
      contact('17 15:15:20', { device: 'finance-iphone-3', host: '', ip: '203.0.113.9', port: 8443, seen: ['flow'] }),
    ],
  ),
  finding(
    'network-range',
    'An address inside a listed range (CIDR) is contacted.',
    { severity: 'high', indicator: '198.51.100.64/28', families: glassferry },
    [contact('18 08:21:40', { device: 'board-iphone-3', host: '', ip: '198.51.100.70', port: 4443, seen: ['flow'] })],
  ),
  finding(
    'two-families',
    'Two feeds list the same domain for two families: one finding that names both.',
    { severity: 'high', indicator: 'lanternpost.example', families: ['GLASSFERRY', 'PAPERLANTERN'] },
    [
      contact('16 20:14:52', {
        site: 'press_house',
        device: 'press-iphone-6',
        host: 'edge.lanternpost.example',
        ip: '192.0.2.60',
      }),
    ],
  ),
  finding(
    'stalkerware',
    'A command server of a stalkerware app, seen by NextDNS on the road.',
    { severity: 'high', indicator: 'c2.kinwatch.example', families: ['KinWatch'] },
    [
      contact('14 18:31:06', { site: 'road', device: 'field-iphone-3', host: 'c2.kinwatch.example' }),
      contact('18 18:30:59', { site: 'road', device: 'field-iphone-3', host: 'c2.kinwatch.example' }),
    ],
  ),
  finding(
    'idn',
    `The feed writes ${idn.written}, the log ${idn.ascii}: the same name. 192.168.40.21 belongs to another device since Thursday.`,
    { severity: 'high', indicator: idn.ascii, families: ['PARCELBAIT'] },
    [contact('18 12:09:33', { site: 'branch', device: 'field-ipad-1', host: idn.ascii })],
  ),
  finding(
    'unmapped',
    'A phone that nobody entered into the map: the device is not known, its address is.',
    { severity: 'high', indicator: 'harbor-sync.example', families: glassferry, caveats: ['identity_unknown'] },
    [
      contact('17 16:02:48', {
        device: '',
        address: strangers.phone.address,
        host: 'login.harbor-sync.example',
        ip: '192.0.2.14',
      }),
    ],
  ),
  finding(
    'guest-nat',
    'Somebody behind the guest access point. Its one address stands for many guests and is no device.',
    {
      severity: 'high',
      indicator: 'lanternpost.example',
      families: ['GLASSFERRY', 'PAPERLANTERN'],
      caveats: ['identity_unknown'],
    },
    [
      contact('18 13:47:21', {
        device: '',
        address: strangers.guestNat.address,
        host: 'edge.lanternpost.example',
        ip: '192.0.2.60',
      }),
    ],
  ),
  finding(
    'ipv6',
    'A listed IPv6 address, which the feed writes in another form; the client’s temporary address belongs to no known device.',
    { severity: 'high', indicator: '2001:db8:5a::1', families: [], caveats: ['identity_unknown'] },
    [
      contact('15 14:26:37', {
        device: '',
        address: strangers.ipv6.address,
        host: '',
        ip: '2001:db8:5a::1',
        seen: ['flow'],
      }),
    ],
  ),
  finding(
    'proxy-connect',
    'Squid writes a CONNECT to host:port.',
    { severity: 'high', indicator: 'ferrydock.test', families: glassferry },
    [
      contact('17 09:58:12', {
        site: 'proxy',
        device: 'finance-ipad-1',
        host: 'gate.ferrydock.test',
        ip: '192.0.2.88',
      }),
    ],
  ),
  finding(
    'url',
    'One file on a shared host is listed by its full URL; an app fetched exactly that.',
    { severity: 'high', indicator: listedUrl, families: ['PARCELBAIT'] },
    [
      contact('16 08:11:02', {
        device: 'finance-iphone-4',
        host: 's3.amazonaws.com',
        path: '/sthree-parcelbait.example/update.mobileconfig',
        port: 80,
        seen: ['dns', 'http', 'flow'],
        userAgent: phoneAgent,
        ip: '198.18.44.3',
      }),
    ],
  ),
  finding(
    'ended-later',
    'The indicator has ended since, but was valid when the contact happened: event time decides.',
    { severity: 'high', indicator: 'shortlease.test', families: glassferry },
    [contact('16 10:30:00', { device: 'press-iphone-4', host: 'a.shortlease.test', ip: '192.0.2.95' })],
  ),
]

export const history: readonly Story[] = [
  {
    id: 'ended-before',
    expect: 'history',
    why: 'The indicator had ended (valid_until) two weeks before the contact.',
    truth: { severity: 'info', indicator: 'dryfountain.test', families: glassferry, caveats: [], app: null },
    contacts: [contact('15 13:13:13', { device: 'board-iphone-4', host: 'www.dryfountain.test', ip: '192.0.2.96' })],
  },
  {
    id: 'ended-between',
    expect: 'history',
    why: 'The same indicator as in ended-later, contacted a day after its end.',
    truth: { severity: 'info', indicator: 'shortlease.test', families: glassferry, caveats: [], app: null },
    contacts: [contact('19 08:40:00', { device: 'field-iphone-8', host: 'a.shortlease.test', ip: '192.0.2.95' })],
  },
]
