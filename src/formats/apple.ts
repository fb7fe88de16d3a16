// What formats of Apple's telemetry share: times, platforms, and texts cut to the length of a table cell.
export { appleTime, brief, platformOf } from './apple-ips/apple.ts'
export { details } from './apple-ips/facts.ts'
