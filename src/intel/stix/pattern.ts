// STIX patterning, the whole grammar (2.0 and 2.1) → a tree. What it means for matching is in `singles.ts`.

export type Constant =
  | { readonly type: 'string' | 'timestamp' | 'hex' | 'binary'; readonly value: string }
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'boolean'; readonly value: boolean }
export type Comparison = {
  readonly kind: 'compare'
  /** Object type: `domain-name`. */
  readonly object: string
  /** Properties, list indexes as `[*]` or `[0]`: `hashes`, `SHA-256`. */
  readonly path: readonly string[]
  readonly negated: boolean
  readonly op: '=' | '!=' | '<' | '<=' | '>' | '>=' | 'IN' | 'LIKE' | 'MATCHES' | 'ISSUBSET' | 'ISSUPERSET' | 'EXISTS'
  /** One, but for IN any number, and for EXISTS none. */
  readonly values: readonly Constant[]
}
export type Test = Comparison | { readonly kind: 'and' | 'or'; readonly parts: readonly Test[] }
export type Qualifier =
  | { readonly kind: 'within'; readonly seconds: number }
  | { readonly kind: 'repeats'; readonly times: number }
  | { readonly kind: 'startstop'; readonly start: string; readonly stop: string }
export type Pattern =
  | { readonly kind: 'observed'; readonly test: Test }
  | { readonly kind: 'and' | 'or' | 'followedby'; readonly parts: readonly Pattern[] }
  | { readonly kind: 'qualified'; readonly of: Pattern; readonly qualifier: Qualifier }

const longest = 1024 ** 2
const maxDepth = 64

type Token = {
  readonly type: 'word' | 'string' | 'number' | 'punct' | 'timestamp' | 'hex' | 'binary'
  readonly text: string
  readonly at: number
}

const tokenAt =
  /\s+|([thb])?'((?:[^'\\]|\\.)*)'|([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?![\w-])|([A-Za-z_][\w-]*)|(!=|<>|==|<=|>=|[=<>()[\]{},:.*])/sy

/** Reads a pattern. Never throws: what is not a pattern gives the reason and where (characters from 0). */
export function parsePattern(text: string): Pattern | { readonly error: string; readonly at: number } {
  if (text.length > longest) return { error: `pattern longer than ${longest} characters`, at: longest }
  try {
    return read(tokens(text))
  } catch (error) {
    if (error instanceof NotAPattern) return { error: error.message, at: error.at }
    throw error
  }
}

/** Leaves the recursive descent; never leaves this file. */
class NotAPattern extends Error {
  readonly at: number
  constructor(message: string, at: number) {
    super(message)
    this.at = at
  }
}

function tokens(text: string): Token[] {
  const out: Token[] = []
  tokenAt.lastIndex = 0
  while (tokenAt.lastIndex < text.length) {
    const at = tokenAt.lastIndex
    const m = tokenAt.exec(text)
    if (m === null) throw new NotAPattern(`unexpected ${JSON.stringify(text.slice(at, at + 10))}`, at)
    const [, prefix, quoted, number, word, punct] = m
    if (quoted !== undefined) {
      const type = prefix === 't' ? 'timestamp' : prefix === 'h' ? 'hex' : prefix === 'b' ? 'binary' : 'string'
      out.push({ type, text: quoted.replace(/\\(.)/gs, '$1'), at })
    } else if (number !== undefined) out.push({ type: 'number', text: number, at })
    else if (word !== undefined) out.push({ type: 'word', text: word, at })
    else if (punct !== undefined) out.push({ type: 'punct', text: punct, at })
  }
  return out
}

function read(all: readonly Token[]): Pattern {
  let i = 0
  let depth = 0
  const fail = (wanted: string): never => {
    const t = all[i]
    throw new NotAPattern(
      t === undefined
        ? `ends where ${wanted} should stand`
        : `${wanted} should stand before ${JSON.stringify(t.text.slice(0, 20))}`,
      t?.at ?? -1,
    )
  }
  const isPunct = (text: string): boolean => all[i]?.type === 'punct' && all[i]?.text === text
  const isWord = (text: string): boolean => all[i]?.type === 'word' && all[i]?.text.toUpperCase() === text
  const punct = (text: string): boolean => isPunct(text) && i++ >= 0
  const word = (text: string): boolean => isWord(text) && i++ >= 0
  const must = (text: string): void => void (punct(text) || fail(text))
  const number = (): number => (all[i]?.type === 'number' ? Number(all[i++]!.text) : fail('a number'))
  const deeper = <T>(f: () => T): T => {
    if (++depth > maxDepth) throw new NotAPattern(`nested deeper than ${maxDepth}`, all[i]?.at ?? -1)
    const result = f()
    depth--
    return result
  }
  /** `a OP b OP c` → one node with its parts; a part alone stands for itself. */
  function chain<T, K extends string>(kind: K, operator: string, part: () => T): T | { kind: K; parts: T[] } {
    const parts = [part()]
    while (word(operator)) parts.push(part())
    return parts.length === 1 ? parts[0]! : { kind, parts }
  }

  const pattern = (): Pattern =>
    chain('followedby', 'FOLLOWEDBY', () => chain('or', 'OR', () => chain('and', 'AND', observation))) as Pattern

  function observation(): Pattern {
    let of: Pattern
    if (punct('(')) {
      of = deeper(pattern)
      must(')')
    } else {
      must('[')
      of = { kind: 'observed', test: deeper(test) }
      must(']')
    }
    for (let q = qualifier(); q !== null; q = qualifier()) of = { kind: 'qualified', of, qualifier: q }
    return of
  }

  function qualifier(): Qualifier | null {
    if (word('WITHIN')) {
      const seconds = number()
      return word('SECONDS') ? { kind: 'within', seconds } : fail('SECONDS')
    }
    if (word('REPEATS')) {
      const times = number()
      return word('TIMES') ? { kind: 'repeats', times } : fail('TIMES')
    }
    if (!word('START')) return null
    const start = moment()
    return word('STOP') ? { kind: 'startstop', start, stop: moment() } : fail('STOP')
  }
  // STIX 2.0 drafts wrote START and STOP with plain strings.
  const moment = (): string =>
    all[i]?.type === 'timestamp' || all[i]?.type === 'string' ? all[i++]!.text : fail('a timestamp')

  const test = (): Test => chain('or', 'OR', () => chain('and', 'AND', comparison)) as Test

  function comparison(): Test {
    if (punct('(')) {
      const inner = deeper(test)
      must(')')
      return inner
    }
    const exists = word('EXISTS')
    const { object, path } = objectPath()
    if (exists) return { kind: 'compare', object, path, negated: false, op: 'EXISTS', values: [] }
    const negated = word('NOT')
    const op = operator()
    return { kind: 'compare', object, path, negated, op, values: op === 'IN' ? set() : [constant()] }
  }

  function objectPath(): { object: string; path: string[] } {
    const object = all[i]?.type === 'word' ? all[i++]!.text : fail('an object type')
    must(':')
    const path = [property()]
    while (true) {
      if (punct('.')) path.push(property())
      else if (punct('[')) {
        path.push(punct('*') ? '[*]' : `[${number()}]`)
        must(']')
      } else return { object, path }
    }
  }
  const property = (): string =>
    all[i]?.type === 'word' || all[i]?.type === 'string' ? all[i++]!.text : fail('a property')

  function operator(): Comparison['op'] {
    for (const o of ['=', '!=', '<=', '>=', '<', '>'] as const) if (punct(o)) return o
    if (punct('==')) return '='
    if (punct('<>')) return '!='
    for (const o of ['IN', 'LIKE', 'MATCHES', 'ISSUBSET', 'ISSUPERSET'] as const) if (word(o)) return o
    return fail('an operator')
  }

  function set(): Constant[] {
    must('(')
    const values: Constant[] = []
    if (punct(')')) return values
    do values.push(constant())
    while (punct(','))
    must(')')
    return values
  }

  function constant(): Constant {
    const t = all[i]
    if (t === undefined) return fail('a value')
    if (t.type === 'number') return { type: 'number', value: number() }
    if (word('TRUE')) return { type: 'boolean', value: true }
    if (word('FALSE')) return { type: 'boolean', value: false }
    if (t.type === 'word' || t.type === 'punct') return fail('a value')
    i++
    return { type: t.type, value: t.text }
  }

  const result = pattern()
  return i < all.length ? fail('the end') : result
}
