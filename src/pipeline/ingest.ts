// One source: bytes → rows → committed. Its rows count only once its row in `source` is written, which is the last thing
// that happens; whatever a crash leaves before that is swept at the next start.
import type { Engine } from '../engine/index.ts'
import { pickFormat } from '../formats/index.ts'
import { plainMessage, type Source } from '../model/index.ts'
import { ingestCode } from './ingest-code.ts'
import { ingestText } from './ingest-text.ts'
import { headBytes, type Ingested, type IngestOptions, nothingStored } from './ingested.ts'
import { openLedger } from './ledger.ts'

export type { Ingested, IngestOptions } from './ingested.ts'

/** Reads one source into the store. Bad data never throws; only a broken engine, a full disk or `signal` do. */
export async function ingestSource(engine: Engine, source: Source, options: IngestOptions): Promise<Ingested> {
  const head = await source.head(headBytes)
  const format = options.format ?? pickFormat(head, source.name, options.extraFormats)
  if (!format)
    return {
      id: null,
      path: source.path,
      format: null,
      status: 'unclaimed',
      known: false,
      stored: nothingStored,
      bytes: head.length < headBytes ? head.length : source.storedBytes,
    }
  // a folder names a device only for files that are about one device
  const own = options.device?.from === 'folder' && !format.oneDevice ? { ...options, device: null } : options
  const ledger = options.ledger ?? openLedger(engine)
  const ingested =
    format.kind === 'sql'
      ? await ingestText(engine, ledger, source, format, head, own)
      : await ingestCode(engine, ledger, source, format, own)
  if (!options.ledger) await ledger.flush()
  return ingested
}

export function failedSource(path: string, error: unknown): Ingested {
  const detail = plainMessage(error)
  return {
    id: null,
    path,
    format: null,
    status: 'failed',
    known: false,
    stored: {
      ...nothingStored,
      problems: { engine: 1 },
      samples: [{ code: 'engine', record: 0, byte: -1, detail, sample: '' }],
    },
    bytes: 0,
  }
}
