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

if (!fresh()) {
  process.stderr.write('Installing dependencies (once; about a minute) …\n')
  const done = spawnSync('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  })
  if (done.status !== 0) {
    process.stderr.write('codling: npm ci failed. Check that the npm registry can be reached, then run the command again.\n')
    process.exit(2)
  }
  copyFileSync(lock, stamp)
}
