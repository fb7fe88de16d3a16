// What a tuning file says: which names and networks are of which class, and what makes no surprise. Ours and the operator's.
import { z } from 'zod'
import { quietKinds } from './kinds.ts'

const text = z.string().trim().min(1).max(2000)
const names = z.array(text).min(1).max(10_000)
const ports = z.array(z.int().min(1).max(65_535)).min(1).max(1000)
const quiet = z.array(z.enum(quietKinds)).min(1)

const entry = z.union([
  z.strictObject({ of: names, class: text }).describe('names with all below them, and networks, that are of a class'),
  z.strictObject({ class: text, quiet }).describe('what is of the class makes no surprise of these kinds'),
  z
    .strictObject({ after: z.literal('os_build'), hours: z.number().min(1).max(168) })
    .describe(
      'reports of a device so long after such a change are weighed by how much oftener the fleet has them then',
    ),
])

const published = z
  .strictObject({ for: text, of: names, ports })
  .describe('what the maker publishes; tests hold it to be covered')

export const subjectSchema = z.strictObject({
  title: text,
  why: text,
  sources: z.array(z.strictObject({ title: text, url: z.url().optional() })).min(1),
  handled_by: text.describe('what in the analytic deals with it'),
  published: z.array(published),
  entries: z.array(entry),
})

export type Subject = z.infer<typeof subjectSchema>

const day = /^\d{4}-\d{2}-\d{2}$/

/** A service that the operator vouches for. */
const service = z.strictObject({
  of: names.describe('names with all below them, addresses and networks'),
  ports: ports.optional().describe('of internal services; without it all'),
  quiet: quiet.default(['new_name', 'breadth', 'lead']),
  author: text,
  reason: text,
  expires: z
    .string()
    .refine((value) => day.test(value) && Number.isFinite(Date.parse(value)), 'must be a day such as 2027-03-31')
    .describe('last day on which it holds, UTC'),
})

export const operatorSchema = z.strictObject({
  title: text.optional(),
  entries: z.array(service).min(1).max(10_000),
})

export type OperatorEntry = z.infer<typeof service>
