// The ten-line script that a colleague would write: a set of domains, and for each query a walk over its parents.
import { createReadStream, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

const [log, list] = process.argv.slice(2) as [string, string]
const bad = new Set(readFileSync(list, 'utf8').split('\n').filter(Boolean))
let hits = 0
for await (const line of createInterface({ input: createReadStream(log), crlfDelay: Number.POSITIVE_INFINITY })) {
  let name: string = JSON.parse(line).query ?? ''
  while (name !== '' && !bad.has(name)) name = name.includes('.') ? name.slice(name.indexOf('.') + 1) : ''
  if (name !== '') hits++
}
console.log(hits)
