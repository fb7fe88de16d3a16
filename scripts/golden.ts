// npm run golden [FORMAT …]: writes fixtures/<case>/rows.jsonl anew. Read the difference before you commit it.
import { writeFileSync } from 'node:fs'
import { formats } from '../src/formats/index.ts'
import {
  fixtureBytes,
  fixturesOf,
  goldenFile,
  openTestEngine,
  readBytes,
  readGolden,
} from '../tests/conformance/harness.ts'

const wanted = process.argv.slice(2)
const engine = await openTestEngine()
try {
  for (const format of formats) {
    if (wanted.length > 0 && !wanted.includes(format.id)) continue
    for (const fixture of fixturesOf(format.id)) {
      const { ingested, lines } = await readBytes(
        engine,
        fixtureBytes(fixture),
        fixture.input.split('/').pop()!,
        format,
      )
      const changed = lines.join('\n') !== readGolden(fixture).join('\n')
      writeFileSync(goldenFile(fixture), lines.map((line) => `${line}\n`).join(''))
      console.log(
        `${format.id}/${fixture.name}: ${ingested.format?.id ?? 'unclaimed'} ${ingested.status}, ${lines.length} lines${changed ? ' (changed)' : ''}`,
      )
    }
  }
} finally {
  await engine.close()
}
