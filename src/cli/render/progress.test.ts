import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type ProgressState, progressLine, progressText } from './progress.ts'
import { clip } from './width.ts'

const state = (over: Partial<ProgressState> = {}): ProgressState => ({
  phase: 'Reading',
  done: 1.2e9,
  total: 2.9e9,
  unit: 'bytes',
  since: 10_000,
  doneThen: 0,
  ...over,
})

describe('progressText', () => {
  test('share, amount, rate, time left, note', () => {
    expect(progressText(state({ note: 'dns.log' }), 24_000)).toBe(
      'Reading 41 %  1.2 GB of 2.9 GB  85.7 MB/s  20 s left  dns.log',
    )
  })
  test('rows without a known total', () => {
    expect(progressText(state({ total: 0, done: 4_000, unit: 'rows' }), 12_000)).toBe(
      'Reading  4,000 rows  2,000 rows/s',
    )
  })
  test('the rate counts from the beginning of the phase', () => {
    expect(progressText(state({ unit: 'items', total: 100, done: 60, doneThen: 40 }), 20_000)).toBe(
      'Reading 60 %  60 of 100  2/s  20 s left',
    )
  })
  test('no rate in the first half second, none when nothing moves, no time left at the end', () => {
    expect(progressText(state(), 10_400)).toBe('Reading 41 %  1.2 GB of 2.9 GB')
    expect(progressText(state({ done: 0 }), 60_000)).toBe('Reading 0 %  0 bytes of 2.9 GB')
    expect(progressText(state({ done: 3.5e9 }), 20_000)).not.toContain('left')
  })
  test('a note cannot move the cursor', () => {
    expect(progressText(state({ note: '\u001b[2Jx\r\n' }), 24_000)).not.toMatch(/[\u0000-\u001f]/)
  })
})

describe('progressLine', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })
  const stream = (isTTY: boolean) => {
    const written: string[] = []
    const made = {
      isTTY,
      columns: 60,
      write: (text: string) => written.push(text) > 0,
    } as unknown as NodeJS.WriteStream
    return { written, stream: made }
  }
  const step = {
    phase: 'Reading',
    total: 1e9,
    unit: 'bytes',
    note: 'a-rather-long-file-name-that-does-not-fit.log',
  } as const

  test('silent for two seconds, then one line rewritten at most ten times a second, then gone', () => {
    const { written, stream: out } = stream(true)
    const line = progressLine({ stream: out, quiet: false })
    for (let ms = 0; ms < 1_990; ms += 10) {
      line.update({ ...step, done: ms * 1e5 })
      vi.advanceTimersByTime(10)
    }
    expect(written).toEqual([])
    for (let ms = 1_990; ms < 4_000; ms += 10) {
      line.update({ ...step, done: ms * 1e5 })
      vi.advanceTimersByTime(10)
    }
    expect(written.length).toBeGreaterThan(10)
    expect(written.length).toBeLessThanOrEqual(21)
    for (const text of written) {
      expect(text.startsWith('\r\u001b[2K')).toBe(true)
      expect(text).not.toContain('\n')
      expect(text.length).toBeLessThan(60 + 5)
    }
    line.stop()
    expect(written.at(-1)).toBe('\r\u001b[2K')
    const before = written.length
    vi.advanceTimersByTime(60_000)
    expect(written.length).toBe(before)
  })

  test('goes on ticking while nobody calls', () => {
    const { written, stream: out } = stream(true)
    const line = progressLine({ stream: out, quiet: false })
    line.update({ ...step, done: 1 })
    vi.advanceTimersByTime(10_000)
    expect(written.length).toBeGreaterThanOrEqual(8)
    line.stop()
  })

  test('elsewhere a plain line every ten seconds', () => {
    const { written, stream: out } = stream(false)
    const line = progressLine({ stream: out, quiet: false })
    for (let s = 0; s < 35; s++) {
      line.update({ ...step, done: s * 1e7 })
      vi.advanceTimersByTime(1_000)
    }
    line.stop()
    expect(written).toHaveLength(3)
    for (const text of written) expect(text).toMatch(/^Reading \d+ % .*\n$/)
    expect(written.join('')).not.toContain('\u001b')
  })

  test('a new phase starts its own rate', () => {
    const { written, stream: out } = stream(false)
    const line = progressLine({ stream: out, quiet: false })
    line.update({ ...step, done: 9e8 })
    vi.advanceTimersByTime(9_000)
    line.update({ phase: 'Judging', done: 0, total: 100, unit: 'items' })
    vi.advanceTimersByTime(1_000)
    line.update({ phase: 'Judging', done: 10, total: 100, unit: 'items' })
    vi.advanceTimersByTime(10_000)
    line.stop()
    expect(written.at(-1)).toMatch(/^Judging 10 % {2}10 of 100 {2}0\.91\/s/)
  })

  test('nothing when quiet, and never on standard output', () => {
    const { written, stream: out } = stream(true)
    for (const line of [
      progressLine({ stream: out, quiet: true }),
      progressLine({ stream: Object.assign(out, { fd: 1 }), quiet: false }),
    ]) {
      line.update({ ...step, done: 1 })
      vi.advanceTimersByTime(20_000)
      line.stop()
    }
    expect(written).toEqual([])
  })
})

test('clip counts wide characters as two columns', () => {
  expect(clip('short', 10)).toBe('short')
  expect(clip('exactly-10', 10)).toBe('exactly-10')
  expect(clip('exactly-11!', 10)).toBe('exactly-1…')
  expect(clip('漢字漢字漢字', 7)).toBe('漢字漢…')
})
