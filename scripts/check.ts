// npm run check: the gate before a commit. Format, lint, types, docs, nothing unused, and the tests that are fast.
import { add, runSteps } from './gate.ts'
import { runTests } from './tests.ts'

/** Everything but what reads real data, fuzzes, drives a browser or runs the whole program. */
const fast = ['src/', 'tests/conformance/', 'tests/property/', '--exclude=**/*.browser.test.ts']

const gate = await runSteps((line) => console.log(line))
const all = add(gate, await runTests(fast))
console.log(`\n${all.passed} passed, ${all.failed} failed${all.skipped > 0 ? `, ${all.skipped} skipped` : ''}`)
process.exitCode = all.failed > 0 ? 1 : 0
