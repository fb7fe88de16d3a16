// Errors as the operator sees them: what, why, what next. Only bugs show a stack.
import pc from 'picocolors'
import { plainMessage, UserError } from '../../model/index.ts'

export function errorText(error: unknown, colour: boolean): string {
  const paint = pc.createColors(colour)
  if (error instanceof UserError)
    return `${paint.red('codling:')} ${plainMessage(error)}\n  Why:  ${plainMessage(error.why)}\n  Next: ${plainMessage(error.next)}\n`
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return `${paint.red('codling: a bug.')} Please report it with what follows.\n${stack}\n`
}
