// The door: bytes of a feed → indicators, in batches, with a report. See types.ts.
import { type Collector, collector, type Labels, noLabels } from './collect.ts'
import { readCsv } from './feeds/csv.ts'
import { readHosts, readList, readRpz } from './feeds/lines.ts'
import { mispEvents, readMisp } from './feeds/misp.ts'
import { objectRows, otxPulses, readObjects, readOtx, takeObject } from './feeds/rows.ts'
import { maxYaml, readStalkerware } from './feeds/stalkerware.ts'
import { readStix, stixObjects } from './feeds/stix.ts'
import { isObject, type Json, parseJson } from './json.ts'
import { type Recognised, recognise } from './recognise.ts'
import { targetedFamily } from './targeted.ts'
import { linesOf, maxWhole, type Opened, openBytes, textOf, wholeText } from './text.ts'
import type { FeedFormat, FeedInput, FeedReport, FeedSink } from './types.ts'

/**
 * Reads one file as a feed, recognised by its content. `format` null in the report: it is no feed (a README), which is
 * no error. Bad data become problems with their position; only `signal` and a sink that throws end it with an exception.
 * Memory: text formats by chunks and batches; JSON whole, up to 512 MB; YAML up to 8 MiB.
 */
export async function readFeed(input: FeedInput, sink: FeedSink, signal?: AbortSignal): Promise<FeedReport> {
  const out = collector(input, sink)
  const feed = await openBytes(input.bytes(), out, signal)
  try {
    if (feed.encoding !== 'utf-8') out.problem('encoding', 0, `${feed.encoding.toUpperCase()} text; it was converted`)
    const whole = feed.head.length < 64 * 1024
    const recognised = recognise(textOf(feed.head, feed.encoding), input.name, whole)
    const format = await readAs(recognised, feed, input, out)
    await out.flush()
    return out.report(format)
  } finally {
    await feed.close()
  }
}

async function readAs(
  recognised: Recognised,
  feed: Opened,
  input: FeedInput,
  out: Collector,
): Promise<FeedFormat | null> {
  if (recognised === null) return null
  const file = fileLabels(input, textOf(feed.head, feed.encoding))
  if (isGeneric(input.name) && folderOf(input.path) !== '') out.nameFeed(`${folderOf(input.path)}/${input.name}`)
  switch (recognised.format) {
    case 'json':
      return await readJson(feed, input, out)
    case 'stalkerware': {
      const text = await wholeText(feed, out, maxYaml)
      if (text !== null) await readStalkerware(text, out)
      return 'stalkerware'
    }
    case 'hosts':
      await readHosts(feed, file, out)
      return 'hosts'
    case 'rpz':
      await readRpz(feed, file, out)
      return 'rpz'
    case 'csv':
      await readCsv(feed, recognised.shape, file, out)
      return 'csv'
    case 'list':
      await readList(feed, recognised.hint, file, out)
      return 'list'
  }
}

/** One document, or one a line. */
async function readJson(feed: Opened, input: FeedInput, out: Collector): Promise<FeedFormat | null> {
  const head = textOf(feed.head, feed.encoding).trimStart()
  const firstLine = head.slice(0, head.indexOf('\n') + 1)
  const isLines =
    firstLine.startsWith('{') &&
    'value' in parseJson(firstLine) &&
    head.slice(firstLine.length).trimStart().startsWith('{')
  if (isLines) return await readJsonLines(feed, out)
  const text = await wholeText(feed, out, maxWhole)
  if (text === null) return null
  const parsed = parseJson(text)
  if ('failed' in parsed) {
    out.problem(parsed.failed, 0, `JSON: ${parsed.why}`, text.slice(0, 200))
    return null
  }
  return await readDocument(parsed.value, input, out)
}

async function readDocument(document: Json, input: FeedInput, out: Collector): Promise<FeedFormat | null> {
  if (isWarninglist(document)) return null
  if (stixObjects(document).some((o) => o.type === 'indicator')) {
    await readStix(document, folderOf(input.path), out)
    return 'stix'
  }
  const events = mispEvents(document)
  if (events.length > 0) {
    await readMisp(events, out)
    return 'misp'
  }
  const pulses = otxPulses(document)
  if (pulses.length > 0) {
    await readOtx(pulses, out)
    return 'otx'
  }
  const rows = objectRows(document).map((object, i) => ({ record: i + 1, object }))
  return (await readObjects(rows, noLabels, out)) ? 'objects' : null
}

/** A MISP warning list holds what is harmless: never to be read as a feed. */
const isWarninglist = (d: Json): boolean =>
  isObject(d) && Array.isArray(d.list) && typeof d.type === 'string' && 'matching_attributes' in d

async function readJsonLines(feed: Opened, out: Collector): Promise<FeedFormat | null> {
  let any = false
  for await (const { first, lines } of linesOf(feed, out)) {
    for (let i = 0; i < lines.length; i++) {
      const line = lines[i]!
      if (line.trim() === '') continue
      const parsed = parseJson(line)
      if ('failed' in parsed) out.reject(parsed.failed, first + i, `JSON: ${parsed.why}`, line)
      else if (!isObject(parsed.value)) out.reject('bad_record', first + i, 'not an object', line)
      else if (takeObject(first + i, parsed.value, noLabels, out)) any = true
      else out.ignore('object without an indicator')
    }
    if (out.full()) await out.flush()
  }
  return any ? 'objects' : null
}

/** Names that say what is in a file, and nothing of whose it is. */
const isGeneric = (name: string): boolean =>
  /^(?:v\d+_)?(?:validation_)?(?:domains?|ips?|urls?|emails?|hosts?|files?|file_?paths?|processes|package_?names|config_profiles|sha256|md5|iocs?|indicators?|network)(?:\.\w+)?$/i.test(
    name,
  )

const folderOf = (path: string): string => /([^/\\!]+)[/\\!][^/\\!]*$/.exec(path)?.[1] ?? ''

/** 0–100: within STIX’s Low (1–29). */
const suspicious = 25

/** What name and folder of a text feed tell: Maltrail's file names are families; folders name targeted ones. */
function fileLabels(input: FeedInput, head: string): Labels {
  const maltrail = /^#.*maltrail/im.test(head)
    ? /^(?:(?:android|ios|osx|apt|elf|win)_)?([\w-]+)\.txt$/i.exec(input.name)
    : null
  const known = targetedFamily(input.name.replace(/\.\w{1,6}$/, '')) ?? targetedFamily(folderOf(input.path))
  const family = maltrail?.[1] ?? known
  // Maltrail keeps what is often harmless (dynamic DNS, unwanted programs) in a folder of that name
  const confidence = maltrail && folderOf(input.path) === 'suspicious' ? suspicious : noLabels.confidence
  return { ...noLabels, families: family === null ? [] : [family], targeted: known !== null, confidence }
}
