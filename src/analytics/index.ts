// The list of analytics.
import { an1700 } from './an1700/analytic.ts'
import { an1756 } from './an1756/analytic.ts'

export const analytics = [an1700, an1756] as const
