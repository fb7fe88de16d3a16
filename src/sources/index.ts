// The room of sources: any path becomes streams of decompressed bytes. Knows no format.
export { findSources } from './find.ts'
export { boundLines, type Measure, measure } from './lines.ts'
