// npm test: the gate and every test there is. The last line is the sum of both.
import { add, runSteps } from './gate.ts'
import { runTests } from './tests.ts'

const gate = await runSteps((line) => console.log(line))
const all = add(gate, await runTests(process.argv.slice(2)))
console.log(`\n${all.passed} passed, ${all.failed} failed${all.skipped > 0 ? `, ${all.skipped} skipped` : ''}`)
process.exitCode = all.failed > 0 ? 1 : 0
