// Property lists are read in `plist/`: sources/ needs them as well.
export * from '../plist/xml.ts'
