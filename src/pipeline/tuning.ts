// What an operator may set: parameters, and tuning files, which are read, checked, and told when an entry has run out.
import { readFile, stat } from 'node:fs/promises'
import { type Params, params } from '../analytics/an1756/params.ts'
import { parseTuning } from '../analytics/an1756/tuning/file.ts'
import { openTuning, type Service, type Tuning } from '../analytics/an1756/tuning/tuning.ts'
import { type Micros, plainMessage, UserError } from '../model/index.ts'

/** A list of services is short; what is larger is another file. bytes */
const mostBytes = 10 * 1024 ** 2

export type TuningRead = {
  readonly tuning: Tuning
  readonly entries: number
  /** In words, one for each entry that has run out: it holds for earlier contacts only. */
  readonly expired: readonly string[]
}

/** Throws a `UserError` that names what is wrong with which file; null: no files, what ships alone. */
export async function readTuning(paths: readonly string[], now: Micros): Promise<TuningRead | null> {
  if (paths.length === 0) return null
  const services: Service[] = []
  const expired: string[] = []
  for (const path of paths) {
    const found = parseTuning(await textOf(path), path)
    services.push(...found)
    for (const { until, author, reason } of found)
      if (until * 1e6 <= now)
        expired.push(
          `${path}: the entry of ${plainMessage(author)} (${plainMessage(reason)}) ran out on ${new Date((until - 1) * 1000).toISOString().slice(0, 10)}: it holds for earlier contacts only.`,
        )
  }
  return { tuning: openTuning(services), entries: services.length, expired }
}

/** `NAME=VALUE` as given to --set. Throws a `UserError` for a name that is none and a value outside its range. */
export function parameterOf(text: string): Partial<Params> {
  const [name, ...rest] = text.split('=')
  const value = rest.join('=').trim()
  const known = Object.hasOwn(params, name!.trim()) ? params[name!.trim() as keyof Params] : null
  if (known === null)
    throw new UserError(
      `There is no parameter ${name!.trim() || '(empty)'}.`,
      `These exist: ${Object.keys(params).join(', ')}.`,
      'Give one of them, such as --set TrafficDeviationThreshold=50; codling backtest --help says what each means.',
    )
  const number = Number(value)
  if (!/^\d*\.?\d+$/.test(value) || number < known.min || number > known.max)
    throw new UserError(
      `${name} cannot be ${value === '' ? '(empty)' : value}.`,
      `It is a number of ${known.unit} from ${known.min} to ${known.max}: ${known.means}.`,
      `Give one in that range; the default is ${known.default}.`,
    )
  return { [name!.trim()]: number }
}

async function textOf(path: string): Promise<string> {
  try {
    if ((await stat(path)).size > mostBytes) throw new Error(`it is larger than ${mostBytes} bytes`)
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new UserError(
      `The tuning file ${path} cannot be read.`,
      plainMessage(error),
      'Name a JSON file as docs/howto/tune.md shows it.',
      { cause: error },
    )
  }
}
