// A real ClickHouse server out of what npm has installed: `libchdb.so` exports `query_stable(argc, argv)`, which runs
// *clickhouse local*, and that can listen. It wants a native stack (a call through Node's FFI is refused by ClickHouse's
// stack check), hence a launcher: ten lines of C where there is a compiler, else Python's ctypes.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export type TestServer = {
  /** `http://user:password@host:port`, to be followed by `/database`. */
  readonly url: string
  readonly port: number
  readonly user: string
  readonly password: string
  stop(): Promise<void>
}

/** A password with everything that a URL and a config file must escape. */
const user = 'tester'
const password = 'pä:ss/wörd@&<%'

const launcherC = `
#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
int main(int argc, char **argv) {
#ifdef __linux__
  prctl(PR_SET_PDEATHSIG, SIGKILL); /* never outlive the tests */
#endif
  void *library = dlopen(argv[1], RTLD_NOW | RTLD_GLOBAL);
  if (!library) { fprintf(stderr, "%s\\n", dlerror()); return 2; }
  void *(*run)(int, char **) = (void *(*)(int, char **))dlsym(library, "query_stable");
  if (!run) { fprintf(stderr, "no query_stable\\n"); return 3; }
  argv[1] = "clickhouse";
  return run(argc - 1, argv + 1) == NULL;
}
`

const launcherPython = `
import ctypes, sys
library = ctypes.CDLL(sys.argv[1], mode=ctypes.RTLD_GLOBAL)
arguments = [b"clickhouse"] + [a.encode() for a in sys.argv[2:]]
library.query_stable(len(arguments), (ctypes.c_char_p * len(arguments))(*arguments))
`

const runs = (command: string, args: readonly string[]): boolean => {
  try {
    execFileSync(command, args, { stdio: 'pipe' })
    return true
  } catch {
    return false
  }
}

/** Command that runs `query_stable`, or why there is none. */
function makeLauncher(folder: string): readonly string[] | string {
  const source = join(folder, 'launch.c')
  const program = join(folder, 'launch')
  writeFileSync(source, launcherC)
  for (const compiler of ['cc', 'gcc', 'clang'])
    if (runs(compiler, ['-O1', '-o', program, source, '-ldl'])) return [program]
  const script = join(folder, 'launch.py')
  writeFileSync(script, launcherPython)
  if (runs('python3', ['-c', 'import ctypes'])) return ['python3', script]
  return 'there is neither a C compiler nor Python to start it with'
}

/** Path of libchdb.so as npm installed it, or why there is none. */
function findLibrary(): { readonly path: string } | string {
  const platform = `${process.platform}-${process.arch}${process.platform === 'linux' ? '-gnu' : ''}`
  try {
    const chdb = createRequire(import.meta.url).resolve('chdb')
    const path = createRequire(chdb).resolve(`@chdb/lib-${platform}/package.json`)
    return { path: join(dirname(path), 'libchdb.so') }
  } catch {
    return `chdb is not installed for ${platform}`
  }
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })

const xml = (text: string): string => text.replaceAll(/[&<>]/g, (c) => `&#${c.charCodeAt(0)};`)

const usersXml = `<clickhouse>
  <users>
    <default><password></password><networks><ip>::1</ip></networks><profile>default</profile><quota>default</quota></default>
    <${user}><password>${xml(password)}</password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></${user}>
  </users>
  <profiles><default/></profiles>
  <quotas><default/></quotas>
</clickhouse>`

const configXml = (folder: string): string => `<clickhouse>
  <users_config>${xml(join(folder, 'users.xml'))}</users_config>
  <logger><level>none</level></logger>
  <keep_alive_timeout>10</keep_alive_timeout>
</clickhouse>`

// The process lives as long as its own query; an hour is longer than any test.
const hold = `SYSTEM START LISTEN HTTP; SELECT sleepEachRow(1) FROM numbers(3600) SETTINGS function_sleep_max_microseconds_per_block=3600000000, max_block_size=1 FORMAT Null`

/** Starts a server on a port of its own, or tells why this machine cannot. */
export async function startServer(): Promise<TestServer | string> {
  const library = findLibrary()
  if (typeof library === 'string') return library
  const folder = mkdtempSync(join(tmpdir(), 'codling-test-server-'))
  const launcher = makeLauncher(folder)
  const discard = () => rmSync(folder, { recursive: true, force: true })
  if (typeof launcher === 'string') {
    discard()
    return launcher
  }
  writeFileSync(join(folder, 'users.xml'), usersXml)
  writeFileSync(join(folder, 'config.xml'), configXml(folder))
  const port = await freePort()
  const [command, ...first] = launcher as [string, ...string[]]
  const server = spawn(
    command,
    [
      ...first,
      library.path,
      `--path=${join(folder, 'data')}`,
      '--listen_host=127.0.0.1',
      `--http_port=${port}`,
      `--config-file=${join(folder, 'config.xml')}`,
      '-q',
      hold,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const kill = () => void server.kill('SIGKILL')
  process.once('exit', kill)
  const answer = await answers(server, port)
  const stop = async () => {
    process.off('exit', kill)
    if (server.exitCode === null && server.signalCode === null) {
      const gone = new Promise((resolve) => server.once('exit', resolve))
      kill()
      await gone
    }
    discard()
  }
  if (answer !== null) {
    await stop()
    return answer
  }
  return { url: `http://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}`, port, user, password, stop }
}

/** Waits until it answers; else what it said. */
async function answers(server: ChildProcess, port: number): Promise<string | null> {
  let said = ''
  server.stderr!.on('data', (data: Buffer) => {
    said = (said + data.toString()).slice(-1000)
  })
  for (let tries = 0; tries < 300; tries++) {
    if (server.exitCode !== null || server.signalCode !== null) return `the server ended at once: ${said}`
    try {
      if ((await fetch(`http://127.0.0.1:${port}/ping`)).ok) return null
    } catch {
      // not yet
    }
    await sleep(100)
  }
  return `the server did not answer within 30 s: ${said}`
}
