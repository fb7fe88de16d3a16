// Messages of managed devices, for formats that carry them in something of their own.
export { flawOf, mdmClaims } from './apple-mdm/format.ts'
export { type Taken, takeMessage } from './apple-mdm/message.ts'
