// npm run demo: scans the example and says what to look at. The comparison with expected.json is a test, tests/e2e/demo.test.ts.
import { mkdirSync, readFileSync } from 'node:fs'
import type { ScanResult } from '../src/pipeline/contract.ts'
import { root, run } from './run.ts'

const example = 'examples/incident'
const report = 'out/demo.html'
const json = 'out/demo.json'
/** What the demo runs, with paths from the root of the clone. */
export const args: readonly string[] = [
  'scan',
  `${example}/data`,
  '--intel',
  `${example}/intel`,
  '--devices',
  `${example}/devices.csv`,
  '--report',
  report,
  '--json',
  json,
]

/** What to say after the scan. */
function nextSteps(result: ScanResult): string {
  const severe = result.findings.filter((finding) => finding.severity === 'critical')
  return [
    '',
    'This was an invented company and an invented week; examples/incident/README.md tells the story.',
    ...severe.map((finding) => `The one to wake somebody for: ${finding.title}.`),
    '',
    `  Report   ${root}${report}   (open it in a browser)`,
    `  Data     ${root}${json}   (schema: docs/generated/scan.schema.json)`,
    '',
    'Your own data:  ./codling scan PATH --intel FEEDS --report report.html   (README.md says which files to collect)',
  ].join('\n')
}

if (import.meta.main) {
  mkdirSync(`${root}out`, { recursive: true })
  console.log(`$ codling ${args.join(' ')}\n`)
  const { code } = await run('node', ['--no-warnings', 'src/cli/main.ts', ...args], { shown: true })
  if (code === 0) console.log(nextSteps(JSON.parse(readFileSync(root + json, 'utf8')) as ScanResult))
  process.exitCode = code < 0 ? 70 : code
}
