// npm run build [DIR]: compiles src/ into dist/ (what is published) and copies what the code reads beside itself.
import { spawnSync } from 'node:child_process'
import { cpSync, globSync, mkdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const out = process.argv[2] ?? join(root, 'dist')

rmSync(out, { recursive: true, force: true })
const compiled = spawnSync(
  process.execPath,
  [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(root, 'tsconfig.build.json'), '--outDir', out],
  { stdio: 'inherit' },
)
if (compiled.status !== 0) process.exit(1)
for (const file of globSync('**/*.sql', { cwd: join(root, 'src') })) {
  const target = join(out, file)
  mkdirSync(dirname(target), { recursive: true })
  cpSync(join(root, 'src', file), target)
}
console.log(`built ${out}`)
