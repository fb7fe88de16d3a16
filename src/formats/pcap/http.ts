// Requests of HTTP/1 in the clear: method, target and host; heads of responses for their status. Source: RFC 9112.

export type Head = {
  readonly method: string
  readonly target: string
  readonly host: string
  readonly referrer: string
  readonly agent: string
  /** Bytes of the body that follow; -1: in chunks. */
  readonly body: number
}

/** Longest head that is read. */
const longestHead = 16 * 1024

const methods = ['GET ', 'POST ', 'HEAD ', 'PUT ', 'CONNECT ', 'OPTIONS ', 'DELETE ', 'PATCH ', 'PROPFIND ', 'REPORT ']
const firsts = new Set(methods.map((method) => method.charCodeAt(0)))

/** Does a request begin at `from`? `more`: too few bytes to tell. */
export function beginsRequest(b: Buffer, from: number, to: number): boolean | 'more' {
  if (from >= to) return 'more'
  if (!firsts.has(b[from]!)) return false
  const text = b.toString('latin1', from, Math.min(to, from + 9))
  if (methods.some((method) => text.startsWith(method))) return true
  return methods.some((method) => method.startsWith(text)) ? 'more' : false
}

/** Where the head that begins at `from` ends. 0: not yet. -1: never. */
export function headEnd(b: Buffer, from: number, to: number): number {
  const limit = Math.min(to, from + longestHead)
  for (let at = from; at < limit; at++) {
    if (b[at] !== 10) continue
    if (b[at + 1] === 10 && at + 1 < to) return at + 2
    if (b[at + 1] === 13 && b[at + 2] === 10 && at + 2 < to) return at + 3
  }
  return to - from >= longestHead ? -1 : 0
}

/** The head from `from` to `to`. null: no request. */
export function requestOf(b: Buffer, from: number, to: number): Head | null {
  const lines = b.toString('latin1', from, to).split(/\r?\n/)
  const [method = '', target = '', version = ''] = lines[0]!.split(' ')
  if (!/^HTTP\/1\.\d$/.test(version) || target === '') return null
  const field = (name: string): string => {
    const line = lines.find(
      (text) =>
        text.length > name.length && text[name.length] === ':' && text.slice(0, name.length).toLowerCase() === name,
    )
    return line === undefined ? '' : plain(line.slice(name.length + 1).trim())
  }
  const length = field('content-length')
  const body = /^\d{1,15}$/.test(length) ? Number(length) : field('transfer-encoding') === '' ? 0 : -1
  return {
    method,
    target: plain(target),
    host: field('host'),
    referrer: field('referer'),
    agent: field('user-agent'),
    body,
  }
}

/** Status of the response that begins at `from`; '' where none does. */
export function statusOf(b: Buffer, from: number, to: number): string {
  if (to - from < 12 || b[from] !== 0x48 || b[from + 1] !== 0x54) return ''
  return /^HTTP\/1\.\d (\d{3})/.exec(b.toString('latin1', from, from + 12))?.[1] ?? ''
}

/** Bytes of a head are UTF-8 at best; control characters cannot stand in one. */
const plain = (latin: string): string => {
  const text = /[\x80-\xff]/.test(latin) ? Buffer.from(latin, 'latin1').toString('utf8') : latin
  return text.replace(/[\x00-\x1f\x7f]+/g, ' ')
}

const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//
/** Host and port without userinfo; the host of an IPv6 address in brackets. */
const authority = /^(?:[^/?#@]*@)?(\[[0-9A-Fa-f:.]+\]|[^/?#:@]*)(?::(\d+))?(?=[/?#]|$)/

/** Host that a request is for: its Host field, else the target of CONNECT or of an absolute URL. Without port and brackets. */
export function hostOf({ method, host, target }: Pick<Head, 'method' | 'host' | 'target'>): string {
  const written =
    host !== '' ? host : method === 'CONNECT' ? target : scheme.test(target) ? target.replace(scheme, '') : ''
  const found = authority.exec(written)?.[1]
  if (found === undefined) return written
  return found.startsWith('[') ? found.slice(1, -1) : found
}

/** URL of a request in the clear, as `httpUrl` of the engine writes it; '' for CONNECT, which has none. */
export function urlOf(request: Pick<Head, 'method' | 'host' | 'target'>, ip: string, port: number): string {
  const { method, host, target } = request
  if (method === 'CONNECT') return ''
  if (scheme.test(target)) return target
  const place = host !== '' ? host : ip.includes(':') ? `[${ip}]` : ip
  const hasPort = port === 80 || /^(?:[^:]+|\[[^\]]*\]):\d+$/.test(place)
  return `http://${place}${hasPort ? '' : `:${port}`}${target.startsWith('/') ? '' : '/'}${target}`
}
