import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { defaultLimits } from '../model/index.ts'
import { findSources } from './index.ts'
import { fileWith, logOf, run, scratch, take, tarOf, zipOf } from './testing.ts'

const script = (path: string): string => `
  import { findSources } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)}
  import { defaultLimits } from ${JSON.stringify(new URL('../model/index.ts', import.meta.url).href)}
  for await (const found of findSources(${JSON.stringify(path)}, defaultLimits)) {
    if (found.kind === 'problem') { console.log(JSON.stringify([found.path, found.problem.code])); continue }
    let size = 0
    for await (const chunk of found.source.open(() => {})) size += chunk.length
    console.log(JSON.stringify([found.source.path, size]))
  }`

test('standard input: plain, gzip, tar and zip, told apart by content', async () => {
  const log = logOf(1000)
  const node = ['--input-type=module', '-e', script('-')]
  const inputs: [Buffer, unknown][] = [
    [log, ['-', log.length]],
    [gzipSync(log), ['-', log.length]],
    [gzipSync(await tarOf({ name: 'd/a', data: log })), ['-!d/a', log.length]],
    [zipOf({ name: 'a', data: log }), ['-!a', log.length]],
  ]
  for (const [input, expected] of inputs) expect(JSON.parse(await run(process.execPath, node, input))).toEqual(expected)
})

test('a named pipe that the operator gives is read once', async () => {
  const pipe = join(scratch(), 'pipe')
  await run('mkfifo', [pipe])
  const reading = take(pipe)
  await run('sh', ['-c', `cat > '${pipe}'`], gzipSync('through the pipe'))
  const { sources, problems } = await reading
  expect(problems).toEqual([])
  expect(sources[0]).toMatchObject({ path: 'pipe', data: Buffer.from('through the pipe') })
})

test('a pipe is bounded, and can be given up', async () => {
  const pipe = join(scratch(), 'pipe')
  await run('mkfifo', [pipe])
  const reading = take(pipe, { maxBytes: 1000 })
  await run('sh', ['-c', `cat > '${pipe}' || true`], Buffer.alloc(100_000, 'x'))
  const { sources } = await reading
  expect(sources[0]!.data.length).toBe(1000)
  expect(sources[0]!.problems.map(({ code }) => code)).toEqual(['size_limit'])
  const stop = new AbortController()
  setTimeout(() => stop.abort(new Error('given up')), 50)
  await expect(take(pipe, {}, stop.signal)).rejects.toThrow('given up')
})

test('everything stops on the signal', async () => {
  const log = logOf(200_000)
  for (const data of [log, gzipSync(log), await tarOf({ name: 'a', data: log }), zipOf({ name: 'a', data: log })]) {
    const file = fileWith(data)
    const stop = new AbortController()
    const read = async () => {
      for await (const found of findSources(file, defaultLimits, stop.signal))
        if (found.kind === 'source')
          for await (const _ of found.source.open(() => {})) stop.abort(new Error('given up'))
    }
    await expect(read()).rejects.toThrow('given up')
    await expect(take(file, {}, stop.signal)).rejects.toThrow('given up')
    const own = new AbortController()
    const readOwn = async () => {
      for await (const found of findSources(file, defaultLimits))
        if (found.kind === 'source')
          for await (const _ of found.source.open(() => {}, own.signal)) own.abort(new Error('enough'))
    }
    await expect(readOwn()).rejects.toThrow('enough')
  }
})

test('temporary copies are private, and gone when the walk goes on, ends, or is left', async () => {
  const archive = fileWith(gzipSync(await tarOf({ name: 'a', data: '1' }, { name: 'b', data: '2' })))
  const seen: string[] = []
  for await (const found of findSources(archive, defaultLimits)) {
    if (found.kind !== 'source') continue
    for (const earlier of seen) expect(existsSync(earlier)).toBe(false)
    const file = found.source.plainFile!
    seen.push(file)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(statSync(dirname(file)).mode & 0o777).toBe(0o700)
    expect(readFileSync(file).length).toBe(1)
  }
  expect(seen).toHaveLength(2)
  const left = async (leave: () => void) => {
    for await (const found of findSources(archive, defaultLimits)) {
      if (found.kind === 'source') seen.push(found.source.plainFile!)
      leave()
      break
    }
  }
  await left(() => {})
  const failing = left(() => {
    throw new Error('consumer failed')
  })
  await expect(failing).rejects.toThrow('consumer failed')
  expect(seen).toHaveLength(4)
  expect(seen.filter((file) => existsSync(dirname(file)))).toEqual([])
})

test('process.exit in the middle leaves no copy behind', async () => {
  const archive = fileWith(await tarOf({ name: 'a', data: '1' }))
  const source = script(archive).replace('let size = 0', 'console.log(found.source.plainFile); process.exit(0)')
  const file = (await run(process.execPath, ['--input-type=module', '-e', source])).trim()
  expect(file).toContain('codling-')
  expect(existsSync(dirname(file))).toBe(false)
})
