// How a part of the story is told: its contacts, and what a scan must make of them.
// Malicious names are invented and end in .example, .test or .invalid (RFC 2606); their addresses are documentation addresses.
import { domainToASCII } from 'node:url'
import type { Contact } from './contact.ts'
import { at } from './time.ts'

export type Truth = {
  readonly severity: 'critical' | 'high' | 'medium' | 'info'
  /** Value of the indicator, normalised. */
  readonly indicator: string
  readonly families: readonly string[]
  readonly retroactive?: true
  readonly caveats: readonly string[]
  readonly app: string | null
}

export type Story = {
  readonly id: string
  readonly expect: 'finding' | 'history' | 'quiet'
  /** One sentence: what happens, and why it must end so. */
  readonly why: string
  readonly truth?: Truth
  readonly contacts: readonly Contact[]
}

type Short = Partial<Contact> & Pick<Contact, 'device' | 'host'>

export const contact = (when: string, c: Short): Contact => ({
  ts: at(when),
  site: 'hq',
  ip: '192.0.2.77',
  port: 443,
  seen: ['dns', 'tls', 'flow'],
  app: '',
  initiated: 'AppInitiated',
  bytesOut: 2_400,
  bytesIn: 5_100,
  ...c,
})
export const glassferry = ['GLASSFERRY']
export const phoneAgent = 'Parcelly/412 CFNetwork/3826.600.41 Darwin/24.6.0'
export const finding = (
  id: string,
  why: string,
  truth: Omit<Truth, 'app' | 'caveats'> & Partial<Truth>,
  contacts: readonly Contact[],
): Story => ({
  id,
  expect: 'finding',
  why,
  truth: { app: null, caveats: [], ...truth },
  contacts,
})
export const quiet = (id: string, why: string, contacts: readonly Contact[]): Story => ({
  id,
  expect: 'quiet',
  why,
  contacts,
})

export const idn = { written: 'bücherkonto.example', ascii: domainToASCII('bücherkonto.example') }
// A host of many tenants is real; S3 gives nobody a bucket whose name begins with `sthree-`, so this one cannot exist.
export const listedUrl = 'http://s3.amazonaws.com/sthree-parcelbait.example/update.mobileconfig'
