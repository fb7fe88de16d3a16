// Is it a message of a managed device? Decided by the keys at the top of a property list.
import type { Sniff } from '../../model/index.ts'
import { binaryMagic } from '../../plist/binary.ts'
import { type Document, documentsOf } from '../../plist/documents.ts'
import { isDict } from '../../plist/plist.ts'
import { answerKeys, isMessage } from './message.ts'

const limit = 64 * 1024
/** Documents that are looked at: the first may be damaged. */
const maxLooked = 8

/** `yes`: one of the first documents is a message. `maybe`: a binary one that the head cuts off speaks its words. Pure; never throws. */
export function sniffMessages(bytes: Buffer): Sniff {
  const head = bytes.subarray(0, limit)
  let looked = 0
  for (const document of documentsOf(head)) {
    if (isMessageStart(document)) return 'yes'
    if (++looked === maxLooked) break
  }
  const words = head.toString('latin1')
  const cut = words.startsWith(binaryMagic) && words.includes('CommandUUID') && words.includes('Acknowledged')
  return cut && answerKeys.some((key) => words.includes(key)) ? 'maybe' : 'no'
}

/** Keys stand in alphabetical order, so of a long answer the head holds only those before the list. */
function isMessageStart(document: Document): boolean {
  const { value, stop } = document
  if (!isDict(value)) return false
  if (isMessage(value)) return true
  const keys = [...value.entries.keys()]
  return (
    stop === 'truncated' &&
    keys.length <= 3 &&
    keys.some((key) => answerKeys.includes(key)) &&
    keys.every((key) => key === 'CommandUUID' || answerKeys.includes(key))
  )
}
