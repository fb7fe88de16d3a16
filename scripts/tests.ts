// Runs vitest and counts what happened, from its own JSON report.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Count } from './gate.ts'
import { run } from './run.ts'

/** What is needed of vitest's JSON report. */
export type Report = {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly numTodoTests: number
  readonly testResults: readonly {
    readonly status: string
    readonly assertionResults: readonly { readonly status: string }[]
  }[]
}

/**
 * Test cases by outcome. A file that failed without a failed case (it could not be loaded) counts as one failed, and so
 * does a run that ended badly though no case failed (an error outside of any test), or that left no report (null).
 */
export function countOf(report: Report | null, code: number): Count {
  if (report === null) return { passed: 0, failed: 1, skipped: 0 }
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length
  const failed = report.numFailedTests + broken
  return {
    passed: report.numPassedTests,
    failed: code !== 0 && failed === 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

/** Runs the tests whose path fits one of `filters` (none: all), shown in the terminal. */
export async function runTests(filters: readonly string[]): Promise<Count> {
  const folder = mkdtempSync(join(tmpdir(), 'codling-tests-'))
  const file = join(folder, 'report.json')
  try {
    const reporters = [
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
      ...(process.env.GITHUB_ACTIONS ? ['--reporter=github-actions'] : []),
    ]
    const { code } = await run('vitest', ['run', ...reporters, ...filters], { shown: true })
    return countOf(reportIn(file), code)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function reportIn(file: string): Report | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Report
  } catch {
    return null
  }
}
