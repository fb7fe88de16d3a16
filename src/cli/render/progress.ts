// Progress for a person who waits: a line on standard error, with rate and time left, for anything over two seconds.
import { clip } from './width.ts'
import { amount, bounded, bytes, duration } from './words.ts'

export type Progress = {
  readonly phase: string
  readonly done: number
  /** 0: not known. */
  readonly total: number
  readonly unit: 'bytes' | 'rows' | 'items'
  readonly note?: string
}
export type ProgressState = Progress & {
  /** When this phase began, and what was done by then; milliseconds. */
  readonly since: number
  readonly doneThen: number
}

const measured = (n: number, unit: Progress['unit']): string =>
  unit === 'bytes' ? bytes(n) : `${amount(n)}${unit === 'rows' ? ' rows' : ''}`

// Slow phases count in tenths: `0 items a second` would say that nothing moves.
const speed = (rate: number, unit: Progress['unit']): string =>
  unit === 'bytes' || rate >= 10
    ? measured(rate, unit)
    : `${Number(rate.toPrecision(2))}${unit === 'rows' ? ' rows' : ''}`

/** `Reading 42 %  1.2 GB of 2.9 GB  85.1 MB/s  20 s left  dns.log`. Pure; `now` in milliseconds. */
export function progressText(state: ProgressState, now: number): string {
  const { phase, unit, note } = state
  const done = Math.max(0, state.done)
  const seconds = (now - state.since) / 1000
  const rate = seconds >= 0.5 ? (done - state.doneThen) / seconds : 0
  const known = state.total > 0
  const share = known ? Math.min(1, done / state.total) : 0
  const left = known && rate > 0 && share < 1 ? (state.total - done) / rate : null
  return [
    known ? `${bounded(phase, 40)} ${Math.floor(share * 100)} %` : bounded(phase, 40),
    known ? `${measured(done, unit)} of ${measured(state.total, unit)}` : measured(done, unit),
    ...(rate > 0 ? [`${speed(rate, unit)}/s`] : []),
    ...(left !== null ? [`${duration(Math.max(1, left))} left`] : []),
    ...(note ? [bounded(note, 80)] : []),
  ].join('  ')
}

const patience = 2_000
const onTerminal = { every: 100, tick: 1_000 } as const
const inLog = { every: 10_000, tick: 10_000 } as const

/**
 * On a terminal one line rewritten in place, at most ten times a second; elsewhere a line every ten seconds. Nothing
 * before two seconds have passed, nothing when quiet, and never on standard output, which belongs to results.
 */
export function progressLine(options: { stream: NodeJS.WriteStream; quiet: boolean }): {
  update(p: Progress): void
  stop(): void
} {
  const { stream } = options
  if (options.quiet || stream === process.stdout || (stream as { fd?: number }).fd === 1)
    return { update() {}, stop() {} }
  const terminal = stream.isTTY === true
  const pace = terminal ? onTerminal : inLog
  const began = Date.now()
  let state: ProgressState | null = null
  let written = terminal ? Number.NEGATIVE_INFINITY : began
  let onScreen = false

  const show = () => {
    const now = Date.now()
    if (state === null || now - began < patience || now - written < pace.every) return
    written = now
    const text = progressText(state, now)
    if (terminal) {
      stream.write(`\r\u001b[2K${clip(text, (stream.columns || 80) - 1)}`)
      onScreen = true
    } else stream.write(`${text}\n`)
  }
  // The time goes on while the engine is busy and nobody calls: without a tick the line would look dead.
  const timer = setInterval(show, pace.tick)
  timer.unref()

  return {
    update(p) {
      state =
        state !== null && state.phase === p.phase && p.done >= state.doneThen
          ? { ...p, since: state.since, doneThen: state.doneThen }
          : { ...p, since: Date.now(), doneThen: p.done }
      show()
    },
    stop() {
      clearInterval(timer)
      if (onScreen) stream.write('\r\u001b[2K')
      onScreen = false
      state = null
    },
  }
}
