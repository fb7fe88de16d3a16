// codling formats: what can be read, what it fills, and what it cannot show.
import { type Command, InvalidArgumentError } from 'commander'
import { UserError } from '../../model/index.ts'

type Options = { json?: boolean }

export function formatsCommand(program: Command, version: string): void {
  program
    .command('formats')
    .description('list every format: what it fills, what it cannot show, and what it stands for in ATT&CK')
    .argument('[format...]', 'ids, or a part of them or of their titles: only these, in full', word)
    .option('--json', 'print the list as JSON (schema codling.formats/1)')
    .addHelpText('after', '\nExamples:\n  codling formats\n  codling formats zeek-dns\n  codling formats intune --json')
    .action(async (wanted: string[], options: Options) => {
      const { describeFormats } = await import('../../pipeline/inspect.ts')
      const all = describeFormats(version)
      const formats = all.formats.filter(
        ({ id, title }) =>
          wanted.length === 0 || wanted.some((part) => id.includes(part) || title.toLowerCase().includes(part)),
      )
      if (formats.length === 0)
        throw new UserError(
          `No format is called ${wanted.join(' or ')}.`,
          `${all.formats.length} formats are known by other names.`,
          'List them with codling formats, or see with codling inspect FILE what a file is.',
        )
      if (options.json) {
        process.stdout.write(`${JSON.stringify({ ...all, formats }, null, 1)}\n`)
        return
      }
      const { listedFormats } = await import('../render/inspected.ts')
      process.stdout.write(
        listedFormats(formats, wanted.length > 0, {
          colour: process.stdout.isTTY === true && !process.env.NO_COLOR,
          width: process.stdout.columns ?? 120,
        }),
      )
    })
}

function word(text: string, before: string[] = []): string[] {
  if (text.trim() === '') throw new InvalidArgumentError('It must be the id of a format, or a part of it.')
  return [...before, text.trim().toLowerCase()]
}
