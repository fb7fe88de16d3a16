// How sure a finding is: log-odds that start at the confidence in the indicator and move with what speaks for or against
// a true contact. All weights stand here.

/** Steps of log-odds. Set by judgement, not yet fitted to labelled data. */
export const weights = {
  attributed: 0.7,
  several_kinds: 0.5,
  url_exact: 0.5,
  lookup_only: -0.4,
  url_host_only: -1.5,
  visit: -0.3,
  shared_infrastructure: -2,
  embedded_third_party: -1,
  known_service: -2,
  sinkhole: -0.5,
  parked: -1,
  scanner: -1.5,
  warning_list: -1.5,
  warning_pattern: -0.3,
  prevalent: -1.5,
  process_name_only: -1,
  ja3: -2,
  ja4: -1,
  retroactive: -0.2,
} as const
export type Weight = keyof typeof weights

/** Neither certainty nor impossibility: a feed that says 0 or 100 is bounded to these. */
const floor = 0.02

/** Log-odds of a probability. */
export const oddsOf = (p: number): number => {
  const bounded = Math.min(1 - floor, Math.max(floor, p))
  return Math.log(bounded / (1 - bounded))
}

/** Probability from log-odds, to three places. */
export const scoreOf = (odds: number): number => Math.round(1000 / (1 + Math.exp(-odds))) / 1000
