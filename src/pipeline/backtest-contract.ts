// The JSON document that `codling backtest --json` writes. Declared once, here: types and docs/generated come from it.
import { z } from 'zod'

const iso = z.string().describe('ISO 8601 UTC')
const expected = z
  .number()
  .nullable()
  .describe('chains as odd that chance brings to this fleet in this time; null: it makes no chain')

const findingSchema = z.object({
  id: z.string().describe('as in the documents of codling scan'),
  device: z.string(),
  at: iso.describe('first moment of contact or effect'),
  title: z.string(),
  destination: z.string().nullable(),
  before: expected,
  after: expected,
})

const sideSchema = z.object({
  sufficient: z.boolean().describe('enough devices and days for a baseline; without, there are leads and no findings'),
  findings: z.number().int(),
  per_1000_device_weeks: z.number(),
  budget: z.number().describe('AlertBudget, in findings per 1,000 device-weeks'),
  by_chance: z
    .number()
    .describe(
      'chains at least as odd as the least odd of these findings that chance brings to this fleet in this time',
    ),
})

export const backtestSchema = z.object({
  schema: z.literal('codling.backtest/1'),
  codling: z.object({ version: z.string() }),
  analytic: z.literal('AN1756'),
  from: iso.nullable().describe('of the effects that count; null: from the first'),
  to: iso.nullable().describe('null: to the last'),
  fleet: z.object({
    devices: z.number().int(),
    days: z.number().int().describe('of the device with the longest history'),
    device_weeks: z.number().describe('with network telemetry, from `from` to `to`'),
  }),
  changes: z.array(z.object({ name: z.string(), unit: z.string(), before: z.number(), after: z.number() })),
  tuning: z.object({ files: z.array(z.string()), entries: z.number().int() }),
  before: sideSchema,
  after: sideSchema,
  kept: z.array(findingSchema),
  gained: z.array(findingSchema),
  lost: z.array(findingSchema),
})

export type Backtest = z.infer<typeof backtestSchema>
export type BacktestFinding = Backtest['kept'][number]
