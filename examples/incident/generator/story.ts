// The whole story, declared once: which contacts happen, what must be found and what must stay quiet.
import { findings, history } from './findings.ts'
import type { Story } from './telling.ts'
import { traps } from './traps.ts'

export const stories: readonly Story[] = [...findings, ...history, ...traps]
