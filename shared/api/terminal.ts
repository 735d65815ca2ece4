import { z } from 'zod'
import { clampSize, TERMINAL_INPUT_CHARS, TERMINAL_NAME_CHARS, type TerminalSize } from '#shared/protocol/terminal.ts'
import { path } from './files.ts'
import { terminalId, workspaceId } from './id.ts'

/** Whatever was sent as a size becomes one that a PTY can have: NaN travels as null, and 0 or 10⁹ are no harm. */
export const size: z.ZodType<TerminalSize> = z
  .object({ cols: z.unknown(), rows: z.unknown() })
  .transform(({ cols, rows }) => clampSize(cols, rows))

/** One line that can be shown in a list. */
export const terminalName = z
  .string()
  .trim()
  .min(1)
  .max(TERMINAL_NAME_CHARS)
  .refine((name) => name.isWellFormed() && !/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(name))

export const terminalInput = z.strictObject({ workspaceId, terminalId })
export const openTerminalInput = z.strictObject({
  workspaceId,
  size,
  name: terminalName.exactOptional(),
  folder: path.exactOptional(),
})
export const sizedTerminalInput = z.strictObject({ workspaceId, terminalId, size })
export const typeInput = z.strictObject({ workspaceId, terminalId, data: z.string().max(TERMINAL_INPUT_CHARS) })
export const acknowledgeInput = z.strictObject({
  workspaceId,
  terminalId,
  offset: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
})
export const renameTerminalInput = z.strictObject({ workspaceId, terminalId, name: terminalName })
export const runInput = z.strictObject({
  workspaceId,
  kind: z.enum(['script', 'make', 'python']),
  path,
  name: z.string().min(1).max(1_000),
  size,
})
