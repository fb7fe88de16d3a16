// The room of property lists, XML and binary. Knows no format.
export { readPlist } from './documents.ts'
export { dictAt, isDict, type PlistDict, type PlistValue, textAt } from './plist.ts'
