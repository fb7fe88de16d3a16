// What a device does at a destination in the day after it first met it. Each is a number of the episode, compared with what
// devices do at destinations as well known; the rarer, the odder.
import { minutesOf, regularity } from '../regular.ts'
import type { EpisodeRow } from '../row.ts'

export type Signal = readonly [name: string, weight: number, of: (row: EpisodeRow) => number]

/**
 * Weights: rounded from a logistic regression on tuning fleets; they order, and how often the order comes by chance is
 * measured. What earned nothing there is gone: upload, dynamic DNS, a sudden rise at a name that is known.
 */
export const behaviour: readonly Signal[] = [
  // A person reads a page and goes; what comes back hour after hour is software that was installed or implanted. Beyond
  // a working day it says no more: what runs round the clock is as often a private service
  ['active hours', 1, (row) => Math.min(row.hours_day, 9)],
  // Commands and answers take many connections where a page takes a few.
  ['contacts', 0.6, (row) => row.contacts_day],
  // A timer shows in the minutes of contacts, also when most wakes are missed: regular.ts.
  ['regularity', 0.4, (row) => (row.hours_all < 4 ? 0 : regularity(minutesOf(row.hours)))],
  // A server that is gone, or refuses what it does not expect; sessions fail everywhere at 3 %, hence three at least.
  ['failures', 0.5, (row) => (row.failed_day < 3 ? 0 : row.failed_day / row.contacts_day)],
  // At a name that others know as well, an attack that hides there differs from what they do: it stays longer …
  ['hours against others', 0.2, (row) => (row.others === 0 ? 0 : row.hours_day / (1 + row.hours_others))],
  // … or sends what they do not.
  [
    'upload against others',
    0.2,
    (row) => (row.others === 0 || row.out_day < 100_000 ? 0 : row.out_day / (10_000 + row.out_others)),
  ],
]
