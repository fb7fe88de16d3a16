// codling map --suggest: proposes how to read an NDJSON or CSV log that no format claims.
import type { Command } from 'commander'
import { defaultLimits, UserError } from '../../model/index.ts'

export function mapCommand(program: Command): void {
  program
    .command('map')
    .description('propose a mapping file for an NDJSON or CSV log that Codling does not know')
    .requiredOption('--suggest <file>', 'log to look at')
    .option('--json', 'print the mapping as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  codling map --suggest firewall.ndjson > firewall.map.yaml\n  codling scan firewall.ndjson --map firewall.map.yaml --intel feeds/',
    )
    .action(async (options: { suggest: string; json?: boolean }) => {
      const { suggestMap } = await import('../../formats/mapped/suggest.ts')
      const { findSources } = await import('../../sources/index.ts')
      for await (const found of findSources(options.suggest, defaultLimits)) {
        if (found.kind === 'problem')
          throw new UserError(`${options.suggest} cannot be read.`, found.problem.detail, 'Give a readable file.')
        const suggestion = suggestMap(await found.source.head(64 * 1024), found.source.name)
        if (!suggestion) continue
        process.stdout.write(
          options.json ? `${JSON.stringify({ map: suggestion.map, why: suggestion.why }, null, 1)}\n` : suggestion.yaml,
        )
        return
      }
      throw new UserError(
        `No mapping can be proposed for ${options.suggest}.`,
        'It is neither NDJSON nor CSV with a time and a name or address in it.',
        'Write one by hand: docs/howto/map.md shows an example.',
      )
    })
}
