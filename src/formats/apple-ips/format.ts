// Apple's crash and diagnostic reports: .ips, .crash, .ips.ca.synced, .panic.
import { type CodeFormat, defineFormat, type Out, type ParseContext, type Problem } from '../../model/index.ts'
import { takeWhole } from '../whole.ts'
import { decode } from './decode.ts'
import { reportOf } from './report.ts'
import { sniffReport } from './sniff.ts'

/** The largest report seen is a stackshot of some 10 MB. */
const maxBytes = 64 * 1024 ** 2

async function parse(bytes: AsyncIterable<Buffer>, out: Out, context: ParseContext): Promise<void> {
  const { data, whole } = await takeWhole(bytes, maxBytes, context.signal)
  const { text, clean, utf8 } = decode(data)
  const tell = (code: Problem['code'], at: number, detail: string) =>
    out.problem({
      code,
      record: 1,
      byte: at < 0 || !utf8 ? -1 : Buffer.byteLength(text.slice(0, at)),
      detail,
      sample: text.slice(Math.max(0, at), Math.max(0, at) + 200),
    })
  if (!whole) tell('size_limit', text.length, 'a report longer than 64 MiB; the rest was left out')
  if (!clean) tell('encoding', -1, 'the text is not UTF-8')
  const report = reportOf(text, whole)
  for (const flaw of report.flaws) tell(flaw.code, flaw.at, flaw.detail)
  for (const [index, row] of report.rows.entries()) {
    context.signal.throwIfAborted()
    await out.row('device_event', index + 1, row)
  }
}

/**
 * One row a report. A jetsam report is one row for each process that it says was killed (those with a `reason`), and one
 * row without a process where it names none: a base rate by process needs the victims, and `largestProcess` is not one.
 */
export const appleIps: CodeFormat = defineFormat({
  id: 'apple-ips',
  kind: 'code',
  title: 'Apple crash and diagnostic report',
  version: 1,
  oneDevice: true,
  names: ['*.ips', '*.crash', '*.ips.ca.synced', '*.ips.beta', '*.panic'],
  claims: {
    device_event: {
      time: {
        means:
          'when it happened: `captureTime` or `Date/Time` of the body (panic: the clock in its text; resource: start of the interval), else the time the report was written (`date`, `timestamp` of the header)',
        precision: 'second',
        zone: 'stated',
      },
      always: ['kind', 'raw'],
      sometimes: [
        'ts_end',
        'crash_reporter_key',
        'udid',
        'hardware',
        'os_version',
        'os_build',
        'platform',
        'app',
        'app_version',
        'process',
        'process_path',
        'parent',
        'first_party',
        'incident_id',
        'bug_type',
        'exception_type',
        'exception_subtype',
        'exception_codes',
        'signal',
        'termination_namespace',
        'termination_code',
        'termination_reason',
        'fault_address',
        'pc',
        'pc_image',
        'pc_known',
        'locked',
        'category',
        'detail',
        'event_key',
      ],
      blind: [
        'crashes whose reports were deleted, never written (limits per process and day) or never synchronised',
        'what the process had received or contacted before it ended',
        'who used the device',
        'processes killed without a report, and all that the unified log says',
      ],
      attack: [{ dataComponent: 'DC0018', logSource: 'iOS:crashreporter' }],
    },
  },
  sniff: sniffReport,
  parse,
})
