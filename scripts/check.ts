// npm run check: the gate before a commit. Format, lint, types, docs, nothing unused, and the tests that are fast.
import { add, runSteps } from './gate.ts'
import { runTests } from './tests.ts'

/** Left to `npm test`: what starts the engine for every fixture or case, drives a browser, or copies the repository. */
const slow = ['formats', 'analytics', 'engine', 'new'].map((name) => `tests/conformance/${name}.test.ts`)
const fast = [
  'src/',
  'tests/conformance/',
  'tests/property/',
  ...[...slow, '**/*.browser.test.ts'].map((path) => `--exclude=${path}`),
]

const gate = await runSteps((line) => console.log(line))
const all = add(gate, await runTests(fast))
console.log(`\n${all.passed} passed, ${all.failed} failed${all.skipped > 0 ? `, ${all.skipped} skipped` : ''}`)
process.exitCode = all.failed > 0 ? 1 : 0
