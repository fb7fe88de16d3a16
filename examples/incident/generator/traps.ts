// What looks like a hit and must stay quiet.
import { contact, phoneAgent, quiet, type Story } from './telling.ts'

export const traps: readonly Story[] = [
  quiet('prefix', 'Names that only end like a listed one (no label border).', [
    contact('14 09:10:00', { device: 'board-iphone-2', host: 'notharbor-sync.example', ip: '198.18.9.1' }),
    contact('14 09:11:00', { device: 'board-iphone-2', host: 'my-harbor-sync.example', ip: '198.18.9.2' }),
  ]),
  quiet('suffix', 'A listed name with the company’s own search domain appended.', [
    contact('14 10:00:00', {
      device: 'press-iphone-1',
      host: 'harbor-sync.example.kestrel-lowe.example',
      seen: ['dns'],
    }),
  ]),
  quiet(
    'sibling',
    'Brothers and the parent of a listed sub-domain.',
    ['www.quietledger.test', 'mail.quietledger.test', 'quietledger.test'].map((host, i) =>
      contact(`15 08:0${i}:00`, { device: 'finance-iphone-5', host, ip: '198.18.9.3' }),
    ),
  ),
  quiet(
    'tenant',
    'A feed lists github.io, which is shared by many tenants: refused into review, and no tenant’s page is a hit.',
    [
      contact('16 11:00:00', {
        device: 'press-iphone-2',
        host: 'octocat.github.io',
        ip: '198.18.9.4',
        app: 'com.apple.mobilesafari',
        initiated: 'NonAppInitiated',
        page: 'octocat.github.io',
      }),
    ],
  ),
  quiet(
    'resolver',
    'A feed lists the public resolver 9.9.9.9: refused into review. A phone uses it all week.',
    ['14', '15', '16', '17', '18'].map((day) =>
      contact(`${day} 12:00:30`, { device: 'finance-iphone-5', host: '', ip: '9.9.9.9', port: 853, seen: ['flow'] }),
    ),
  ),
  quiet('top-site', 'A feed lists icloud.com by mistake: refused into review.', [
    contact('17 07:00:10', { device: 'board-ipad-1', host: 'www.icloud.com', ip: '17.253.4.5' }),
  ]),
  quiet('query-string', 'The listed name stands in the query of another site’s URL.', [
    contact('17 11:30:00', {
      device: 'press-ipad-1',
      host: 'links.morningpost.example',
      path: '/out?u=harbor-sync.example&r=http://signin-parcelbox.example/',
      port: 80,
      seen: ['dns', 'http', 'flow'],
      ip: '198.18.9.5',
      userAgent: phoneAgent,
    }),
  ]),
  quiet('other-file', 'Another file on the host whose one URL is listed, and the host seen by name only.', [
    contact('16 09:15:00', {
      device: 'finance-iphone-2',
      host: 's3.amazonaws.com',
      path: '/sthree-hearthside.example/lunch-menu.pdf',
      port: 80,
      seen: ['dns', 'http', 'flow'],
      ip: '198.18.44.3',
      userAgent: phoneAgent,
    }),
    contact('16 09:16:00', {
      device: 'finance-iphone-2',
      host: 's3.amazonaws.com',
      path: '/sthree-parcelbait.example/update.mobileconfig.txt',
      port: 80,
      seen: ['dns', 'http', 'flow'],
      ip: '198.18.44.3',
      userAgent: phoneAgent,
    }),
    contact('16 09:20:00', { device: 'board-ipad-1', host: 's3.amazonaws.com', ip: '198.18.44.3' }),
  ]),
  quiet('revoked', 'The feed has revoked the indicator.', [
    contact('18 09:00:00', { device: 'board-iphone-2', host: 'www.fogbank.example', ip: '198.18.9.6' }),
  ]),
  quiet('longer-address', '203.0.113.99 begins like the listed 203.0.113.9.', [
    contact('18 10:00:00', { device: 'finance-iphone-1', host: 'status.greenferry-tours.example', ip: '203.0.113.99' }),
  ]),
  quiet('outside-range', '198.51.100.80 is the first address after the listed 198.51.100.64/28.', [
    contact('18 10:05:00', { device: 'press-iphone-3', host: '', ip: '198.51.100.80', seen: ['flow'] }),
  ]),
  quiet('stalkerware-neighbour', 'The maker’s help pages lie beside the listed command server, not below it.', [
    contact('16 19:00:00', { site: 'road', device: 'field-iphone-2', host: 'help.kinwatch.example' }),
  ]),
  quiet(
    'process-look-alike',
    'A crash of an app whose process name only begins like the listed process name mtlcached.',
    [],
  ),
  quiet(
    'ordinary-crashes',
    'Swift assertion, memory limit, kernel panic of a driver: ordinary reports of devices without any contact.',
    [],
  ),
]
