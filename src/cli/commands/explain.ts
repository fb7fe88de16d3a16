// codling explain: one finding in full, step by step, with what it rests on.
import { type Command, Option } from 'commander'
import { UserError } from '../../model/index.ts'

type Options = { store?: string; server?: string; json?: boolean }

export function explainCommand(program: Command, version: string): void {
  program
    .command('explain')
    .description('tell one finding in full: its steps with their numbers, its reservations, the records it rests on')
    .argument('<finding>', 'id of the finding, or the beginning of it')
    .option('--store <dir>', 'store that the scan was made with')
    .addOption(new Option('--server <url>', 'ClickHouse server that the scan was made with').conflicts('store'))
    .option('--json', 'print the finding as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  codling scan logs/ --store ./store --json result.json\n  codling explain 3f9a2c --store ./store',
    )
    .action(async (id: string, options: Options) => {
      if (options.store === undefined && options.server === undefined)
        throw new UserError(
          'No store was named.',
          'A finding is kept where its scan kept it; a scan without --store keeps none.',
          'Name the store with --store DIR, or the server with --server URL.',
        )
      const { storedFinding } = await import('../../pipeline/stored.ts')
      const found = await storedFinding({
        id,
        version,
        store: options.store ?? null,
        server: options.server ?? null,
      })
      const { explained } = await import('../render/explained.ts')
      process.stdout.write(
        options.json
          ? `${JSON.stringify(found, null, 1)}\n`
          : explained(found, {
              colour: process.stdout.isTTY === true && !process.env.NO_COLOR,
              width: process.stdout.columns ?? 120,
            }),
      )
    })
}
