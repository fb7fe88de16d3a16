// The checks that are no tests: declared once, run by `npm run check` and by `npm test`.
import { type Ran, run } from './run.ts'

export type Step = {
  readonly title: string
  readonly command: string
  readonly args: readonly string[]
  readonly remedy: string
}

export const steps: readonly Step[] = [
  {
    title: 'format and lint',
    command: 'biome',
    args: ['ci', '--colors=off', '--max-diagnostics=40', '.'],
    remedy: 'npm run format',
  },
  { title: 'types', command: 'tsc', args: ['-p', '.', '--pretty', 'false'], remedy: 'mend the errors above' },
  {
    title: 'docs are fresh',
    command: 'node',
    args: ['--no-warnings', 'scripts/docs.ts', '--check'],
    remedy: 'npm run docs',
  },
  {
    title: 'nothing unused',
    command: 'knip',
    args: ['--no-progress'],
    remedy: 'remove what is named above, or use it',
  },
]

export type Count = { readonly passed: number; readonly failed: number; readonly skipped: number }

export const add = (a: Count, b: Count): Count => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
})

/** Runs all steps, one after the other, and tells of each; the output of those that fail is shown. */
export async function runSteps(
  print: (line: string) => void,
  list: readonly Step[] = steps,
  start: (step: Step) => Promise<Ran> = (step) => run(step.command, step.args),
): Promise<Count> {
  let count: Count = { passed: 0, failed: 0, skipped: 0 }
  for (const step of list) {
    const ran = await start(step)
    const passed = ran.code === 0
    count = add(count, { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 })
    print(`${passed ? '✓' : '✗'} ${step.title} (${ran.seconds.toFixed(1)} s)`)
    if (passed) continue
    print(ran.output.trimEnd())
    print(`  → ${step.remedy}`)
  }
  return count
}
