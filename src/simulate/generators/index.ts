// The list of generators. The first is the one that is used unless another is named.
import type { Generator } from '../world.ts'

export const generators: readonly Generator[] = []
