// What an operator may set. Names as ATT&CK has them where it has one (mutable elements of AN1756 and AN1755).
import type { Param } from '../../model/index.ts'

export const params = {
  TrafficDeviationThreshold: {
    means:
      'contacts count as odd when the like is seen at most once in so many device-days: the higher, the fewer are looked at',
    unit: 'device-days',
    default: 10,
    min: 0.1,
    max: 10_000,
  },
  CrashCorrelationWindow: {
    means: 'longest time between contact and effect, either way round',
    unit: 'hours',
    default: 6,
    min: 0.1,
    max: 48,
  },
  ProtocolAnomalyThreshold: {
    means: 'internal services new to a device, within the window, from which on their number counts as odd',
    unit: 'services',
    default: 3,
    min: 1,
    max: 1000,
  },
  AlertBudget: {
    means: 'findings that may come about by chance, for each 1,000 devices and week',
    unit: 'findings per 1,000 device-weeks',
    default: 3.3,
    min: 0.01,
    max: 1000,
  },
  MinimumHistory: {
    means: 'days of history below which the baseline is insufficient',
    unit: 'days',
    default: 7,
    min: 1,
    max: 90,
  },
  MinimumFleet: {
    means: 'devices below which the baseline is insufficient',
    unit: 'devices',
    default: 20,
    min: 2,
    max: 100_000,
  },
} as const satisfies Record<string, Param>

export type Params = { readonly [K in keyof typeof params]: number }

export const defaults = Object.fromEntries(
  Object.entries(params).map(([name, param]) => [name, param.default]),
) as Params
