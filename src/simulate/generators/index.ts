// The list of generators. The first is the one that is used unless another is named.
import type { Generator } from '../world.ts'
import { agents } from './agents/generator.ts'
import { fleet } from './fleet/generator.ts'
import { processes } from './processes/generator.ts'

export const generators: readonly Generator[] = [fleet, agents, processes]
