// Makes a fresh clone runnable: installs the dependencies when they are missing or older than the lock file.
// Plain JavaScript for any Node ≥ 18: this is the one script that runs before the project's own Node is there.
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const lock = join(root, 'package-lock.json')
const stamp = join(root, 'node_modules', '.codling-lock.json')

const fresh = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === readFileSync(lock, 'utf8')

const fail = (what, next) => {
  process.stderr.write(`codling: ${what}\n  ${next}\n`)
  process.exit(2)
}

if (!fresh()) {
  process.stderr.write('Installing dependencies (once; about a minute) …\n')
  // --include: NODE_ENV=production would leave out the package `node`, which everything here runs on
  // not `npm ci`: it refuses a lock file that lacks another platform's package, which a registry mirror may not hold
  const wanted = [
    'install',
    '--no-save',
    '--include=dev',
    '--include=optional',
    '--no-fund',
    '--no-audit',
    '--loglevel=error',
  ]
  const done = spawnSync('npm', wanted, { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' })
  if (done.error)
    fail(
      'npm could not be started.',
      'Install Node.js 18 or newer with npm (https://nodejs.org), then run the command again.',
    )
  if (done.status !== 0)
    fail(
      'npm install failed.',
      'Check that the npm registry can be reached and the disk has 1.5 GB free, then run the command again.',
    )
  copyFileSync(lock, stamp)
}
