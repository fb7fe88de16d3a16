// Bytes of formats that can only be read whole.

/** At most `maxBytes` of the source; `whole`: that was all. Throws the reason of `signal`. */
export async function takeWhole(
  bytes: AsyncIterable<Buffer>,
  maxBytes: number,
  signal: AbortSignal,
): Promise<{ readonly data: Buffer; readonly whole: boolean }> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of bytes) {
    signal.throwIfAborted()
    chunks.push(chunk)
    length += chunk.length
    if (length > maxBytes) return { data: Buffer.concat(chunks).subarray(0, maxBytes), whole: false }
  }
  return { data: Buffer.concat(chunks), whole: true }
}
