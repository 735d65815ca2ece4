import { z } from 'zod'
import { terminalId } from '#shared/api/id.ts'
import { size } from '#shared/api/terminal.ts'
import type { AgentTerminal } from '#shared/protocol/pty.ts'
import { MAX_TERMINALS, TERMINAL_NAME_CHARS } from '#shared/protocol/terminal.ts'

/** The form of what agents say of their terminals: nothing is taken on trust. */
const OUTPUT_MAX_BYTES = 512 << 10
const offset = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
const place = z.string().max(4_096)
const code = z.number().int().nullable()

const terminal: z.ZodType<AgentTerminal> = z.object({
  id: terminalId,
  name: z.string().max(TERMINAL_NAME_CHARS),
  size,
  title: z.string().max(TERMINAL_NAME_CHARS),
  root: place,
  folder: place.nullable(),
  startedBy: z.string().max(64),
  startedAt: z.number(),
  state: z.discriminatedUnion('status', [
    z.object({ status: z.literal('running') }),
    z.object({ status: z.literal('exited'), code, signal: z.string().max(20).nullable() }),
  ]),
  isBusy: z.boolean(),
})

export const listEvent = z.object({ terminals: z.array(terminal).max(MAX_TERMINALS) })
export const outputEvent = z.object({
  terminalId,
  offset,
  bytes: z.instanceof(Uint8Array).refine((bytes) => bytes.length <= OUTPUT_MAX_BYTES),
})
export const resizedEvent = z.object({ terminalId, size })
