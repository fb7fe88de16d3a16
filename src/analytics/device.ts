// What analytics say of a device alike.
import type { FindingDevice } from '../model/index.ts'

/** Columns that each analytic's query names a device with; '' where it is not known. */
type Known = {
  readonly device_id: string
  readonly device_name: string
  readonly device_group: string
  readonly address: string
  readonly device_how: string
}

export const findingDevice = (row: Known): FindingDevice => ({
  id: row.device_id || null,
  name: row.device_name || null,
  group: row.device_group || null,
  address: row.address || null,
  identified_by: row.device_how || null,
})
