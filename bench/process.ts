// Runs a command and measures it as a whole: wall time, CPU time and memory of the process and all its descendants.
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

export type Measured = {
  /** Seconds. */
  readonly wall: number
  /** User and system seconds of the whole tree. */
  readonly cpu: number
  /** Highest sum of resident sets over the tree, bytes (a page that two share counts in both); null where /proc does not tell. */
  readonly memory: number | null
  readonly stdout: string
}

/** Parent of every process, by id. */
function parents(): Map<number, number> {
  const found = new Map<number, number>()
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'latin1')
      found.set(Number(entry), Number(stat.slice(stat.lastIndexOf(')') + 4).split(' ')[0]))
    } catch {
      // it has ended
    }
  }
  return found
}

function treeOf(root: number): number[] {
  const all = parents()
  const tree = [root]
  for (let i = 0; i < tree.length; i++) for (const [pid, parent] of all) if (parent === tree[i]) tree.push(pid)
  return tree
}

function memoryOf(root: number): number | null {
  let sum = 0
  try {
    for (const pid of treeOf(root)) {
      try {
        sum += Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) * 1024
      } catch {
        // it has ended
      }
    }
  } catch {
    return null
  }
  return sum > 0 ? sum : null
}

/** `0m1.234s` of the shell's `times` → seconds. */
const seconds = (text: string): number => {
  const [, minutes, rest] = /^(\d+)m([\d.]+)s$/.exec(text) ?? []
  return Number(minutes) * 60 + Number(rest)
}

/** Runs `command`; standard error passes through. The shell around it is there to tell the CPU time of all descendants. */
export function run(command: readonly string[], cwd?: string): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const began = performance.now()
    const child = spawn('sh', ['-c', '"$@"; code=$?; times >&3; exit $code', 'sh', ...command], {
      stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
      ...(cwd ? { cwd } : {}),
    })
    let memory: number | null = null
    const timer = setInterval(() => {
      const now = memoryOf(child.pid!)
      if (now !== null && now > (memory ?? 0)) memory = now
    }, 100) // counters that the kernel keeps; proportional shares would mean a walk through the page tables at each look
    const stdout: Buffer[] = []
    let times = ''
    child.stdout!.on('data', (chunk: Buffer) => stdout.push(chunk))
    child.stdio[3]!.on('data', (chunk: Buffer) => {
      times += chunk.toString()
    })
    child.once('error', reject)
    child.once('close', (code) => {
      clearInterval(timer)
      const wall = (performance.now() - began) / 1000
      const ofChildren = times.trim().split('\n')[1]?.trim().split(/\s+/) ?? []
      if (code !== 0) {
        reject(new Error(`${command.join(' ')} ended with ${code}`))
        return
      }
      resolve({
        wall,
        cpu: ofChildren.reduce((sum, text) => sum + seconds(text), 0),
        memory,
        stdout: Buffer.concat(stdout).toString('utf8'),
      })
    })
  })
}
