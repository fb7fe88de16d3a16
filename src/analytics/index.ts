// The list of analytics.
import { an1700 } from './an1700/analytic.ts'

export const analytics = [an1700] as const
