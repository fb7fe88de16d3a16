// The questions of AN1756, in the order in which they are asked.
import { sqlFile } from '../text.ts'

export const queries = {
  days: sqlFile(import.meta.url, 'days.sql'),
  subjectHour: sqlFile(import.meta.url, 'subject-hour.sql'),
  called: sqlFile(import.meta.url, 'called.sql'),
  namedHour: sqlFile(import.meta.url, 'named-hour.sql'),
  unnamed: sqlFile(import.meta.url, 'unnamed.sql'),
  namedDay: sqlFile(import.meta.url, 'named-day.sql'),
  visit: sqlFile(import.meta.url, 'visit.sql'),
  episodes: sqlFile(import.meta.url, 'episodes.sql'),
  effects: sqlFile(import.meta.url, 'effects.sql'),
  known: sqlFile(import.meta.url, 'known.sql'),
  skew: sqlFile(import.meta.url, 'skew.sql'),
  heard: sqlFile(import.meta.url, 'heard.sql'),
}
