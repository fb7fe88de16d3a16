// The gate and the runner of tests count right, above all when something fails.
import { describe, expect, test } from 'vitest'
import { runSteps, type Step } from '../../scripts/gate.ts'
import { countOf, type Report } from '../../scripts/tests.ts'

const report = (part: Partial<Report>): Report => ({
  numPassedTests: 0,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [],
  ...part,
})

describe('counting tests', () => {
  test('by outcome', () => {
    expect(countOf(report({ numPassedTests: 7, numPendingTests: 2, numTodoTests: 1 }), 0)).toEqual({
      passed: 7,
      failed: 0,
      skipped: 3,
    })
    const failed = { status: 'failed', assertionResults: [{ status: 'failed' }, { status: 'passed' }] }
    expect(countOf(report({ numPassedTests: 7, numFailedTests: 1, testResults: [failed] }), 1)).toEqual({
      passed: 7,
      failed: 1,
      skipped: 0,
    })
  })

  test('a file that cannot be loaded is a failure', () => {
    expect(
      countOf(report({ numPassedTests: 7, testResults: [{ status: 'failed', assertionResults: [] }] }), 1).failed,
    ).toBe(1)
  })

  test('so is an error outside of any test, and a run that left no report', () => {
    expect(countOf(report({ numPassedTests: 7 }), 1).failed).toBe(1)
    expect(countOf(null, 0).failed).toBe(1)
  })
})

describe('steps', () => {
  const step = (title: string): Step => ({ title, command: title, args: [], remedy: `mend ${title}` })

  test('all are run; those that fail show their output and what to do', async () => {
    const lines: string[] = []
    const count = await runSteps(
      (line) => void lines.push(line),
      [step('bad'), step('good')],
      async ({ title }) => ({ code: title === 'bad' ? 1 : 0, output: `${title} says\n`, seconds: 1.23 }),
    )
    expect(count).toEqual({ passed: 1, failed: 1, skipped: 0 })
    expect(lines).toEqual(['✗ bad (1.2 s)', 'bad says', '  → mend bad', '✓ good (1.2 s)'])
  })

  test('a step whose program is missing has failed', async () => {
    expect(await runSteps(() => {}, [{ title: 'x', command: 'no-such-program-here', args: [], remedy: '' }])).toEqual({
      passed: 0,
      failed: 1,
      skipped: 0,
    })
  })
})
