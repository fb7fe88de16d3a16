// A first contact for tests: met once, at noon of day 5, by nobody else.
import type { EpisodeRow } from '../row.ts'

const day = 86_400

export const episode = (more: Partial<EpisodeRow> = {}): EpisodeRow => ({
  who: 'device 0',
  destination: 'new.example',
  class: '',
  app: '',
  began: 0,
  ended: 14 * day,
  t0: 5 * day + day / 2,
  others: 0,
  others_soon: 0,
  hours_day: 1,
  contacts_day: 2,
  failed_day: 0,
  out_day: 1000,
  in_day: 1000,
  names_day: 1,
  longest_day: 20,
  odd_day: 0,
  hours_all: 1,
  hours_others: 0,
  out_others: 0,
  days_all: 1,
  hours: [],
  ...more,
})
