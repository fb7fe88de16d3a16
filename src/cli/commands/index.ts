// The list of commands.
import type { Command } from 'commander'
import { backtestCommand } from './backtest.ts'
import { evaluateCommand } from './evaluate.ts'
import { explainCommand } from './explain.ts'
import { formatsCommand } from './formats.ts'
import { inspectCommand } from './inspect.ts'
import { mapCommand } from './map.ts'
import { scanCommand } from './scan.ts'
import { simulateCommand } from './simulate.ts'

/** Adds a command to the program. */
export type AddCommand = (program: Command, version: string) => void

export const commands: readonly AddCommand[] = [
  scanCommand,
  explainCommand,
  backtestCommand,
  inspectCommand,
  formatsCommand,
  mapCommand,
  simulateCommand,
  evaluateCommand,
]
