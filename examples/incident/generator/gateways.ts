// Logs of the other places: Squid (headquarters), Pi-hole (branch), AdGuard Home (press house), NextDNS (on the road).
import type { Contact, Line } from './contact.ts'
import type { AddressOf, Device } from './fleet.ts'
import { hash32, type Random } from './random.ts'
import { iso } from './time.ts'

const line = (ts: number, text: string, gives: Line['gives'], c?: Contact, kind?: string): Line => ({
  ts,
  text,
  gives,
  story: c?.story,
  ...(kind ? { kind } : {}),
})

/** Squid's native format. It writes at the end of the transaction; the story's contacts are short. */
export function squidOf(c: Contact, addressOf: AddressOf, user: string, r: Random): Line[] {
  const took = c.story ? 0 : r.whole(40, 9_000)
  const ts = c.ts + took
  const [code, method, what] = c.path
    ? ['TCP_MISS/200', 'GET', `http://${c.host}${c.path}`]
    : ['TCP_TUNNEL/200', 'CONNECT', `${c.host}:${c.port}`]
  const stamp = `${Math.floor(ts / 1000)}.${String(ts % 1000).padStart(3, '0')}`
  return [
    line(
      ts,
      `${stamp} ${String(took).padStart(6)} ${addressOf(c.device, c.ts)} ${code} ${c.bytesIn} ${method} ${what} ${user} HIER_DIRECT/${c.ip} ${c.path ? 'text/html' : '-'}`,
      'network',
      c,
      c.path ? 'http' : 'tls',
    ),
  ]
}

/** dnsmasq as Pi-hole runs it: local time (the router keeps UTC), no year. Only the query names the client. */
export function piholeOf(c: Contact, addressOf: AddressOf, r: Random): Line[] {
  const second = c.ts - (c.ts % 1000)
  const day = String(new Date(second).getUTCDate()).padStart(2)
  const say = (text: string, gives: Line['gives'], k = 0): Line =>
    line(
      second + k,
      `Sep ${day} ${iso(second).slice(11, 19)} dnsmasq[412]: ${text}`,
      gives,
      gives ? c : undefined,
      gives ? 'dns' : undefined,
    )
  const query = say(`query[A] ${c.host} from ${addressOf(c.device, c.ts)}`, 'network')
  if (c.host.includes('adgauge')) return [query, say(`gravity blocked ${c.host} is 0.0.0.0`, null, 1)]
  if (r.chance(0.5)) return [query, say(`cached ${c.host} is ${c.ip}`, null, 1)]
  return [query, say(`forwarded ${c.host} to 192.0.2.53`, null, 1), say(`reply ${c.host} is ${c.ip}`, null, 2)]
}

/** A DNS answer with one A record, in wire format. */
function dnsAnswer(host: string, ip: string): string {
  const name = Buffer.concat([
    ...host.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)])),
    Buffer.from([0]),
  ])
  const id = Buffer.alloc(2)
  id.writeUInt16BE(hash32(host) & 0xffff)
  const counts = Buffer.from([0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0])
  const answer = Buffer.from([0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...ip.split('.').map(Number)])
  return Buffer.concat([id, counts, name, Buffer.from([0, 1, 0, 1]), answer]).toString('base64')
}

/** AdGuard Home querylog.json, one object a line, in the order of its own writer. */
export function adguardOf(c: Contact, addressOf: AddressOf, r: Random): Line[] {
  const blocked = c.host.includes('adgauge')
  const Result = blocked
    ? { IsFiltered: true, Reason: 3, Rules: [{ FilterListID: 1, Text: '||adgauge.example^' }] }
    : {}
  return [
    line(
      c.ts,
      JSON.stringify({
        T: `${iso(c.ts).slice(0, -1)}${String(c.story ? 0 : hash32(c.host + c.ts) % 1_000_000).padStart(6, '0')}Z`,
        QH: c.host,
        QT: 'A',
        QC: 'IN',
        CP: '',
        IP: addressOf(c.device, c.ts),
        Answer: dnsAnswer(c.host, blocked ? '0.0.0.0' : c.ip),
        Result,
        Elapsed: r.whole(90_000, 48_000_000),
        Upstream: 'https://dns10.quad9.net:443/dns-query',
      }),
      'network',
      c,
      'dns',
    ),
  ]
}

export const nextdnsHeader =
  'timestamp,domain,query_type,dnssec,protocol,client_ip,status,reasons,destination_country,root_domain,device_id,device_name,device_model,device_local_ip,matched_name,client_name'

/** NextDNS names the device itself; two phones share the carrier's one public address. */
export function nextdnsOf(c: Contact, device: Device, r: Random): Line[] {
  const blocked = c.host.includes('adgauge')
  const root = c.host.split('.').slice(-2).join('.')
  const id = device.serial.slice(0, 5)
  const carrier = `100.64.${device.id === 'field-iphone-1' || device.id === 'field-iphone-2' ? 7 : 8 + (hash32(device.id) % 40)}.${1 + (hash32(device.group) % 200)}`
  return [
    line(
      c.ts,
      [
        iso(c.ts),
        c.host,
        'A',
        'false',
        r.pick(['DNS-over-HTTPS', 'DNS-over-HTTPS', 'DNS-over-TLS']),
        carrier,
        blocked ? 'blocked' : '',
        blocked ? 'blocklist:nextdns-recommended' : '',
        blocked ? '' : 'DE',
        root,
        id,
        device.id,
        'Apple iPhone',
        '',
        '',
        'apple-profile',
      ].join(','),
      'network',
      c,
      'dns',
    ),
  ]
}
