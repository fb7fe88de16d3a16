// The aftermath of an update: reports of a device that has just changed its OS build, which this fleet may have oftener then.
import type { EffectRow } from '../row.ts'
import { hoursAfterUpdate } from './classes.ts'

const hour = 3600
const day = 86_400

/** Changes that are told by management are no crash of an update. */
const isReport = (row: EffectRow): boolean => row.kind !== 'posture' && row.kind !== 'profile'

/** So many reports that came as often as usual are added to those after updates: a few of them tell no rate. */
const pooling = 5

/**
 * How much oftener reports come from the last answer with the old build until some hours (updates.json) after the first
 * with the new one, by row; 1 for all others, and where they come no oftener. `counted`: rows that are effects. Without
 * answers of a management server no update is known.
 */
export function aftermathOf(
  rows: readonly EffectRow[],
  counted: readonly EffectRow[],
  deviceDays: number,
): (row: EffectRow) => number {
  const changes = Map.groupBy(
    rows.filter((row) => row.kind === 'posture' && row.category === 'os_build'),
    (row) => row.who,
  )
  if (changes.size === 0) return () => 1
  const isAfter = (row: EffectRow): boolean =>
    isReport(row) &&
    changes.get(row.who)?.some(
      (change) =>
        row.at >= change.since &&
        row.at <= change.at + hoursAfterUpdate * hour &&
        // the report itself tells on which side of the change it lies
        (row.os_build === '' || row.os_build === change.value),
    ) === true
  // the change lies anywhere between the two answers
  const daysAfter = [...changes.values()]
    .flat()
    .reduce((sum, change) => sum + (change.at - change.since) / 2 / day + (hoursAfterUpdate * hour) / day, 0)
  const reports = counted.filter(isReport)
  const after = reports.filter(isAfter).length
  const usual = (reports.length - after) / Math.max(1, deviceDays - daysAfter)
  const oftener = Math.max(1, (after + pooling) / (usual * daysAfter + pooling))
  return (row) => (isAfter(row) ? oftener : 1)
}
