// Times in mapped files: patterns as strptime writes them, in the spelling of the engine.

/** strptime → ClickHouse's parseDateTime (MySQL syntax), where %i is the minute and %M the name of the month. */
// biome-ignore format: a table
const codes: Readonly<Record<string, string>> = {
  Y: '%Y', y: '%y', m: '%m', d: '%d', e: '%d', H: '%H', I: '%h', M: '%i', S: '%s', f: '%f', p: '%p',
  b: '%b', B: '%M', a: '%a', j: '%j', z: '%z', T: '%H:%i:%s', '%': '%%',
}

/** The engine's spelling of a strptime pattern; null when it has an unknown code, or lacks date or hour. */
export function timePattern(pattern: string): string | null {
  if (pattern.length > 100) return null
  let known = true
  const engine = pattern.replaceAll(/%(.?)/gs, (_, code: string) => {
    if (!(code in codes)) known = false
    return codes[code] ?? ''
  })
  const has = (letters: string): boolean => new RegExp(`%[${letters}]`).test(pattern.replaceAll('%%', ''))
  return known && has('Yy') && has('dej') && has('HIT') ? engine : null
}

/** Does the pattern state an offset from UTC? */
export const statesZone = (pattern: string): boolean => /%z/.test(pattern)
