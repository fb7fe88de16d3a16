// The room `intel`: feeds → indicators, their life, what they match, and lists of what is harmless.
export { indicatorId } from './collect.ts'
export type { Kind, Match } from './kinds.ts'
export * from './life.ts'
export * from './match.ts'
export { type Normal, normalise, type Refusal } from './normal.ts'
export { readFeed } from './read.ts'
export * from './types.ts'
export * from './warninglist.ts'
