// ps.txt of a sysdiagnose: the processes of one moment, parsed by the engine. The columns are those that the first line
// names: iOS 13 `USER UID PID PPID %CPU …`, iOS 16 to 26 with PRSNA and F as well; COMMAND is the last.
import { defineFormat, type SqlParams } from '../../model/index.ts'
import { headLines, onlyVariant } from '../text.ts'

const header = /^USER +UID .*\bPID +PPID .*\bCOMMAND *$/
const usual = 'USER UID PRSNA PID PPID F %CPU %MEM PRI NI VSZ RSS WCHAN TT STAT STARTED TIME COMMAND'
/** A place behind every line: the column is missing. */
const nowhere = 255

const headerOf = (head: Buffer): string | undefined =>
  headLines(head, 5).find((line) => line.length < 1000 && header.test(line))

/** Where the columns stand, from 1, and the pattern that cuts off what stands before the command. */
function layout(head: Buffer): SqlParams {
  const columns = (headerOf(head) ?? usual).trim().split(/ +/)
  const at = (name: string): number => columns.indexOf(name) + 1 || nowhere
  return {
    user: at('USER'),
    uid: at('UID'),
    pid: at('PID'),
    ppid: at('PPID'),
    state: at('STAT'),
    started: at('STARTED'),
    command: `^\\s*(?:\\S+\\s+){${columns.length - 1}}(\\S.*?)\\s*$`,
  }
}

export const psTxt = defineFormat({
  kind: 'sql',
  id: 'ps-txt',
  title: 'ps.txt of an iOS sysdiagnose: the processes of one moment',
  version: 1,
  oneDevice: true,
  names: ['ps.txt'],
  claims: {
    device_event: {
      time: {
        means:
          'when the sysdiagnose was taken, as far as names and times of the files tell: the text has no time; `detail.started` is as ps wrote it',
        precision: 'minute',
        zone: 'assumed_utc',
      },
      always: ['ts', 'kind', 'category', 'process', 'process_path', 'detail'],
      sometimes: [],
      blind: [
        'processes that had ended, or began later: it is one moment',
        'processes that hide from ps, and what a process calls itself instead of its file',
        'where a path with blanks ends and its arguments begin, but for bundles (.app, .appex)',
        'which app a path below /private/var/containers belongs to: installd’s log has the UUID',
      ],
      attack: [{ dataComponent: 'DC0032', logSource: 'iOS:unifiedlog' }],
    },
  },
  sniff: (head) => (headerOf(head) === undefined ? 'no' : 'yes'),
  variants: onlyVariant(import.meta.url, 'lines', { device_event: 'processes.sql' }, (head, { notAfter }) => ({
    ...layout(head),
    notAfter,
  })),
})
