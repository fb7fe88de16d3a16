// Good bytes to damage: the fixtures of every kind of feed (those of formats come from the conformance suite).
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './harness.ts'

export type Fixture = { readonly format: string; readonly name: string; readonly input: string }

/** `src/intel/fixtures/<kind>/<file>`, without those that are no feeds. */
export function feedFixtures(): Fixture[] {
  const folder = join(root, 'src/intel/fixtures')
  return readdirSync(folder)
    .sort()
    .filter((kind) => kind !== 'none')
    .flatMap((format) =>
      readdirSync(join(folder, format))
        .sort()
        .map((name) => ({ format, name, input: join(folder, format, name) })),
    )
}
