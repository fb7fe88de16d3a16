// The week is frozen: Monday 2026-09-14 to Sunday 2026-09-20, UTC. Times are milliseconds since 1970.

export const weekStart = Date.UTC(2026, 8, 14)
export const days = [14, 15, 16, 17, 18, 19, 20] as const
export const hour = 3_600_000
export const dayMs = 24 * hour

/** `at('16 08:30:00')`: 2026-09-16T08:30:00Z. */
export const at = (dayAndTime: string): number => Date.parse(`2026-09-${dayAndTime.replace(' ', 'T')}Z`)
export const dayOf = (ts: number): number => new Date(ts).getUTCDate()
export const dateOf = (day: number): string => `2026-09-${day}`
export const iso = (ts: number): string => new Date(ts).toISOString()

/** Local time of the phones (UTC+2), as in App Privacy Reports: `2026-09-16T10:30:00.000+02:00`. */
export const isoLocal = (ts: number): string => `${iso(ts + 2 * hour).slice(0, -1)}+02:00`

/** Local time as in .ips files: `2026-09-16 10:30:00.00 +0200`. */
export const ipsTime = (ts: number, digits: 2 | 4): string => {
  const [date, time] = iso(ts + 2 * hour).split('T') as [string, string]
  return `${date} ${time.slice(0, 8)}.${`${time.slice(9, 12)}0`.slice(0, digits)} +0200`
}
