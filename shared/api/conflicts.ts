import { z } from 'zod'
import { CONFLICT_LIMITS } from '../protocol/agent.ts'
import { conflictId, workspaceId } from './id.ts'

/** Both sides, with what was written since. */
const text = z
  .string()
  .max(4 * CONFLICT_LIMITS.textUnits)
  .refine((value) => !value.includes('\0') && value.isWellFormed())

export const conflictsInput = z.strictObject({ workspaceId })
export const resolveConflictInput = z.strictObject({
  workspaceId,
  conflictId,
  /** what the person saw there */
  current: text,
  /** what is to stand there */
  text,
})
export const undoConflictInput = z.strictObject({ workspaceId, conflictId })

/** Where people and the disk wrote over the same words, and nobody has chosen yet. Texts are LF only. */
export interface ConflictInfo {
  readonly id: string
  readonly documentId: string
  readonly path: string
  /** Yjs relative positions in base64: the start with assoc 0, the end with assoc -1 */
  readonly start: string
  readonly end: string
  readonly base: string
  readonly document: string
  readonly disk: string
  /** what the merge made of them */
  readonly merged: string
  /** what stands there as far as the server knows */
  readonly now: string
  /** the line where it begins, from 1 */
  readonly line: number
}

/** `current` is what stands there instead of what was expected; null: its place is gone. */
export type ConflictDecision =
  | { readonly status: 'done' }
  | { readonly status: 'changed'; readonly current: string | null }
