// The launcher in the root of the clone.
import { execFileSync, spawn } from 'node:child_process'
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { root, run } from '../../scripts/run.ts'

const folder = mkdtempSync(join(tmpdir(), 'launcher-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('codling', () => {
  test('works from another directory, through relative and absolute links', async () => {
    mkdirSync(join(folder, 'a b'), { recursive: true })
    symlinkSync(`${root}codling`, join(folder, 'a b/absolute'))
    symlinkSync('a b/absolute', join(folder, 'relative'))
    for (const command of [join(folder, 'a b/absolute'), './relative', './a b/absolute']) {
      const { output, code } = await run(command, ['--version'], { cwd: folder })
      expect(output, command).toMatch(/^\d+\.\d+\.\d+\n$/)
      expect(code).toBe(0)
    }
  })

  test('passes arguments and exit codes on', async () => {
    const { output, code } = await run(`${root}codling`, ['scan', 'no such "file" $HOME *'], { cwd: folder })
    expect(code, output).toBe(2)
    expect(output).toContain('no such')
    expect(output).toContain('$HOME *')
    expect((await run(`${root}codling`, ['--no-such-option'])).code).toBe(2)
  })

  test('passes signals on', async () => {
    const child = spawn(`${root}codling`, ['scan', '-'], { stdio: ['pipe', 'ignore', 'ignore'] })
    const ended = new Promise<number | null>((resolve) =>
      child.once('exit', (code, signal) => resolve(signal === null ? code : -1)),
    )
    // it must have become node itself: only then does the signal reach the scan
    await expect
      .poll(() => execFileSync('ps', ['-o', 'args=', '-p', String(child.pid)], { encoding: 'utf8' }), {
        timeout: 30_000,
      })
      .toContain('main.ts')
    child.kill('SIGTERM')
    const code = await ended
    expect(code === -1 || code === 130 || code === 143, `exit ${code}`).toBe(true)
  })

  test('says what is missing where node is not installed', async () => {
    const bare = join(folder, 'bare')
    const tools = join(folder, 'tools')
    mkdirSync(bare)
    mkdirSync(tools)
    for (const tool of ['dirname', 'cmp', 'readlink', 'sh']) {
      const path = ['/usr/bin', '/bin'].map((place) => join(place, tool)).find((file) => existsSync(file))
      symlinkSync(path!, join(tools, tool))
    }
    copyFileSync(`${root}codling`, join(bare, 'codling'))
    cpSync(`${root}package-lock.json`, join(bare, 'package-lock.json'))
    const said = await new Promise<{ code: number | null; error: string }>((resolve) => {
      const child = spawn(join(bare, 'codling'), ['--version'], {
        env: { PATH: tools },
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      let error = ''
      child.stderr.on('data', (data: Buffer) => {
        error += data
      })
      child.once('close', (code) => resolve({ code, error }))
    })
    expect(said.error).toContain('node was not found')
    expect(said.error).toContain('nodejs.org')
    expect(said.code).toBe(2)
  })
})
