// What is left out, one at a time, to see what it earns.
import { signalNames } from '../../analytics/an1756/surprise.ts'

export type Ablation = { readonly name: string; readonly kind: 'signal' | 'surprise' | 'chain' }

const of = (kind: Ablation['kind'], names: readonly string[]): Ablation[] => names.map((name) => ({ kind, name }))

/** Names as findSequences takes them in `without`. */
export const ablations: readonly Ablation[] = [
  ...of('signal', signalNames),
  ...of('surprise', ['new_name', 'breadth', 'tunnel', 'generated']),
  ...of('chain', ['gap weight', 'second evidence', 'kinship']),
]
