// npm run golden [FORMAT …]: writes fixtures/<case>/rows.jsonl anew. Read the difference before you commit it.
import { writeFileSync } from 'node:fs'
import { formats } from '../src/formats/index.ts'
import { fixturesOf, goldenFile, readGolden } from '../tests/conformance/harness.ts'
import { openReader } from '../tests/conformance/reading.ts'

const wanted = process.argv.slice(2)
const reader = await openReader()
try {
  for (const format of formats) {
    if (wanted.length > 0 && !wanted.includes(format.id)) continue
    for (const fixture of fixturesOf(format.id)) {
      const { ingested, lines } = await reader.fixture(fixture, format)
      const changed = lines.join('\n') !== readGolden(fixture).join('\n')
      writeFileSync(goldenFile(fixture), lines.map((line) => `${line}\n`).join(''))
      console.log(
        `${format.id}/${fixture.name}: ${ingested[0]?.status ?? 'unclaimed'}, ${lines.length} lines${changed ? ' (changed)' : ''}`,
      )
    }
  }
} finally {
  await reader.close()
}
