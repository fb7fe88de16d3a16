import { describe, expect, test } from 'vitest'
import type { EvidenceTable, GivenRow, Problem } from '../../model/index.ts'
import { shutdownLog } from './format.ts'

type Row = GivenRow<'device_event'> & { record: number }

async function read(text: string, signal = new AbortController().signal) {
  const rows: Row[] = []
  const problems: Problem[] = []
  const out = {
    row: (_: EvidenceTable, record: number, row: object) => void rows.push({ ...row, record } as Row),
    problem: (problem: Problem) => void problems.push(problem),
  }
  const bytes = Buffer.from(text)
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536)
  }
  await shutdownLog.parse(chunks(), out, { name: 'shutdown.log', notAfter: 0, signal })
  return { rows, problems }
}

const after = (seconds: string): string => `After ${seconds}s, these clients are still here:`
const client = (pid: number, path = '/usr/libexec/exampled'): string => `\t\tremaining client pid: ${pid} (${path})`
const end = 'SIGTERM: [1774602168] All buffers flushed'

test('both forms of the same shutdown give the same rows', async () => {
  const below = [after('1.0'), client(5), client(6), after('2.5'), client(5), end]
  const beside = [
    'After 1.0s, remaining client pid: 5 (/usr/libexec/exampled)',
    'After 1.0s, remaining client pid: 6 (/usr/libexec/exampled)',
    'After 2.5s, remaining client pid: 5 (/usr/libexec/exampled)',
    end,
  ]
  const bare = ({ raw: _, record: __, ...row }: Row) => row
  const [one, other] = [await read(below.join('\n')), await read(beside.join('\n'))]
  expect(one.rows.map(bare)).toEqual(other.rows.map(bare))
  expect(one.rows.map(({ kind, detail }) => [kind, detail])).toEqual([
    ['shutdown_client', { pid: '5', count: '2', delay: '2.5' }],
    ['shutdown_client', { pid: '6', count: '1', delay: '1.0' }],
    ['reboot', { delays: '2', clients: '2' }],
  ])
  expect([...one.problems, ...other.problems]).toEqual([])
})

test.each([
  ['SIGTERM: [1774602168] All buffers flushed', 1_774_602_168],
  ['SIGTERM: [1640612405] 0x1', 1_640_612_405],
  ['SIGTERM: All buffers flushed @1774602168', 1_774_602_168],
  ['SIGTERM: @1774602168', 1_774_602_168],
  ['  SIGTERM: [1774602168]\r', 1_774_602_168],
])('time of %s', async (line, seconds) => {
  const { rows } = await read(`${line}\n`)
  expect(rows).toMatchObject([{ kind: 'reboot', ts: seconds * 1e6, record: 1 }])
})

test.each(['SIGTERM: [soon]', 'SIGTERM: [12345678901] x', 'SIGTERM: x @12345678901', 'SIGTERM: [0]', 'SIGTERM:'])(
  'no time: %s',
  async (line) => {
    const { rows, problems } = await read(`${after('1.0')}\n${client(5)}\n${line}\n`)
    expect(rows).toEqual([])
    expect(problems.map(({ code, record }) => [code, record])).toEqual([
      ['bad_time', 3],
      ['bad_time', 2],
    ])
  },
)

test('the path loses the UUID of the image, and nothing else', async () => {
  const uuid = 'EBFB3E7F-4CA4-3656-8E9C-8CCF5995C34A'
  const paths = [
    `/usr/libexec/nfcd/${uuid}`,
    `/private/var/db/${uuid.toLowerCase()}`,
    `/a (b)/c/${uuid}`,
    `/${uuid}`,
    '/kernel',
  ]
  const { rows } = await read([...paths.map((path, i) => client(i, path)), end].join('\n'))
  expect(
    rows.slice(0, -1).map(({ process, process_path, detail }) => [process, process_path, detail!.image_uuid]),
  ).toEqual([
    ['nfcd', '/usr/libexec/nfcd', uuid],
    [uuid.toLowerCase(), `/private/var/db/${uuid.toLowerCase()}`, undefined],
    ['c', '/a (b)/c', uuid],
    [uuid, `/${uuid}`, undefined],
    ['kernel', '/kernel', undefined],
  ])
})

test('seconds that go back begin another shutdown: the one before has no time', async () => {
  const { rows, problems } = await read([after('3.0'), client(5), after('1.0'), client(6), end].join('\n'))
  expect(rows.map(({ kind, detail }) => [kind, detail!.pid ?? detail!.clients])).toEqual([
    ['shutdown_client', '6'],
    ['reboot', '1'],
  ])
  expect(problems.map(({ code, record }) => [code, record])).toEqual([['bad_time', 2]])
})

test('the same client at two shutdowns is two events, told apart by their raw text', async () => {
  const { rows } = await read([client(5), end, client(5), 'SIGTERM: [1774602999] x'].join('\n'))
  expect(new Set(rows.map(({ raw }) => raw)).size).toBe(4)
})

test('clients and lines are bounded', async () => {
  const many = Array.from({ length: 10_001 }, (_, i) => client(i)).join('\n')
  const { rows, problems } = await read(`${many}\n${end}\n${'x'.repeat(5_000_000)}\n${end}`)
  expect(rows).toHaveLength(10_002)
  expect(problems.map(({ code, record }) => [code, record])).toEqual([
    ['count_limit', 10_002],
    ['bad_record', 10_003],
  ])
})

test('stops when aborted', async () => {
  const stop = new AbortController()
  stop.abort()
  await expect(read(end, stop.signal)).rejects.toThrow()
})

describe('sniff', () => {
  test.each([
    ['one shutdown', `${after('1.0')}\n${client(5)}\n${end}\n`],
    ['a time alone', `${end}\n`],
    ['cut in the first line', `g client pid: 5 (/a)\n${client(6)}\n${client(7)}\n`],
  ])('%s: yes', (_, text) => {
    expect(shutdownLog.sniff(Buffer.from(text), 'x')).toBe('yes')
  })

  test.each([
    ['prose', `We looked at the log and saw:\n${client(5)}\nwhich is odd.\nSo we asked.\n`],
    ['a service that was stopped', 'SIGTERM: stopping\nAfter 5s, giving up\n'],
    ['syslog', 'Mar 1 12:00:00 host app[1]: After 1.0s, these clients are still here:\n'],
  ])('%s: no', (_, text) => {
    expect(shutdownLog.sniff(Buffer.from(text), 'shutdown.log')).toBe('no')
  })
})
