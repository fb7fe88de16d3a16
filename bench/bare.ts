// The engine alone: one process that parses FILE and inserts 12 columns and the raw line, and does nothing else.
// Arguments: file, folder for the data. Prints the seconds of the INSERT and the rows.
import { Session } from 'chdb'
import { network } from '../src/model/index.ts'

const [file, folder] = process.argv.slice(2) as [string, string]

/** Column of `network` → expression over the line. Types and codecs are those of the product's own table. */
const taken: Readonly<Record<string, string>> = {
  record: '_row_number + 1',
  ts: 'fromUnixTimestamp64Micro(toInt64(j.ts * 1e6))',
  src_ip: 'j.`id.orig_h`',
  src_port: 'j.`id.orig_p`',
  dst_ip: 'j.`id.resp_h`',
  dst_port: 'j.`id.resp_p`',
  transport: 'j.proto',
  domain: 'j.query',
  qtype: 'j.qtype_name',
  status: 'j.rcode_name',
  answers: 'j.answers',
  duration: 'toInt64(j.rtt * 1e6)',
  raw: 'line',
}
const columns = network.columns as Readonly<Record<string, { type: string; codec?: string }>>
const declared = Object.keys(taken).map(
  (name) => `${name} ${columns[name]!.type}${columns[name]!.codec ? ` CODEC(${columns[name]!.codec})` : ''}`,
)

const session = new Session(folder)
session.query('CREATE DATABASE bench')
session.query(`CREATE TABLE bench.t (${declared.join(', ')}) ENGINE = MergeTree ORDER BY record`)
const began = performance.now()
await session.queryAsync(
  `INSERT INTO bench.t SELECT ${Object.values(taken).join(', ')} FROM (
    SELECT _row_number, line, JSONExtract(line, 'Tuple(ts Float64, \`id.orig_h\` String, \`id.orig_p\` UInt16, \`id.resp_h\` String, \`id.resp_p\` UInt16, proto String, query String, qtype_name String, rcode_name String, answers Array(String), rtt Float64)') AS j
    FROM file('${file}', 'LineAsString', 'line String'))`,
)
const insert = (performance.now() - began) / 1000
const rows = Number(session.query('SELECT count() FROM bench.t', 'TSV'))
process.stdout.write(`${JSON.stringify({ insert, rows })}\n`)
session.close()
