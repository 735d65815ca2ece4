import type { Pool } from 'pg'
import type { z } from 'zod'
import type { Actor, UserActor } from '#shared/access/actor.ts'
import type { ConflictDecision, ConflictInfo, resolveConflictInput, undoConflictInput } from '#shared/api/conflicts.ts'
import { AppError } from '#shared/errors.ts'
import type { DocumentId, WorkspaceId } from '#shared/ids.ts'
import type { DiskConflict } from '#shared/protocol/agent.ts'
import type { Choice } from '#shared/text-conflict.ts'
import { record, requireStill } from '#server/platform/access-in-transaction.ts'
import type { Logger } from '#server/platform/log.ts'
import type { Broadcast } from '../serve-agent.ts'
import { describeConflicts } from './describe.ts'
import type { ConflictSync } from './ports.ts'
import { addConflict, type ConflictRow, findConflict, forgetConflicts, listConflicts, noteChoice } from './store.ts'

interface Asking {
  readonly actor: UserActor
  readonly requestId: string
}

export function askingOf({ actor, requestId }: { readonly actor: Actor; readonly requestId: string }): Asking {
  if (actor.type !== 'user') throw new AppError('forbidden')
  return { actor, requestId }
}

export interface Conflicts {
  /** an agent merged what only a person can choose from */
  note(workspaceId: WorkspaceId, documentId: DocumentId, conflict: DiskConflict): Promise<void>
  /** an agent is here: what is typed from now on may end conflicts */
  follow(workspaceId: WorkspaceId): void
  settled(workspaceId: WorkspaceId, documentId: DocumentId): void
  list(workspaceId: WorkspaceId): Promise<ConflictInfo[]>
  resolve(by: Asking, input: z.output<typeof resolveConflictInput>): Promise<ConflictDecision>
  undo(by: Asking, input: z.output<typeof undoConflictInput>): Promise<ConflictDecision>
}

const byDocument = (rows: readonly ConflictRow[]): ConflictRow[][] => [
  ...Map.groupBy(rows, ({ documentId }) => documentId).values(),
]

/** Where people and the disk wrote over the same words, until somebody chooses (docs/decisions/0028). */
export function createConflicts(options: {
  readonly pool: Pool
  readonly sync: ConflictSync
  readonly broadcast: Broadcast
  readonly log: Logger
}): Conflicts {
  const { pool, sync, broadcast, log } = options
  /** of documents that have any, which of them were open when people were last told */
  const told = new Map<DocumentId, string>()

  const check = async (workspaceId: WorkspaceId, documentId: DocumentId): Promise<void> => {
    const rows = await listConflicts(pool, { workspaceId, documentId })
    const open = await describeConflicts(sync, rows)
    const ids = open.map(({ id }) => id).join()
    const before = told.get(documentId)
    if (rows.length === 0) told.delete(documentId)
    else told.set(documentId, ids)
    if (before !== undefined && before !== ids) broadcast(workspaceId, 'conflicts.changed', { workspaceId, documentId })
    const over = rows.filter(({ id }) => !open.some((one) => one.id === id))
    if (over.length > 0)
      await forgetConflicts(
        pool,
        over.map(({ id }) => id),
      )
  }

  const choose = async (
    by: Asking,
    { workspaceId, conflictId }: z.output<typeof undoConflictInput>,
    action: 'conflict.decided' | 'conflict.undone',
    /** what is to go and what is to come, and what is then noted as the choice */
    editOf: (row: ConflictRow) => Choice & { readonly choice?: null },
  ): Promise<ConflictDecision> => {
    const found = await findConflict(pool, workspaceId, conflictId)
    if (found === null) throw new AppError('not_found')
    const { documentId } = found
    const decision = await sync.amend(documentId, async ({ tx, rewrite }): Promise<ConflictDecision> => {
      await requireStill(tx, by, 'workspace.write', workspaceId)
      // Others may have chosen while this one waited for its turn.
      const row = await findConflict(tx, workspaceId, conflictId)
      if (row === null) throw new AppError('not_found')
      const { before, after, choice = { before, after } } = editOf(row)
      const { userId } = by.actor
      const outcome = await rewrite([{ range: row, isLines: false, expected: before, insert: after }], {
        author: userId,
        userIds: [userId],
        editor: userId,
      })
      if (outcome.status === 'conflict') return { status: 'changed', current: outcome.current[0] ?? null }
      await noteChoice(tx, conflictId, choice, { ...outcome.ranges[0]!, userId })
      await record(tx, by, { action, workspaceId, targetId: conflictId, details: {} })
      return { status: 'done' }
    })
    if (decision.status === 'done') {
      told.set(documentId, told.get(documentId) ?? '')
      broadcast(workspaceId, 'conflicts.changed', { workspaceId, documentId })
    }
    return decision
  }

  return {
    async note(workspaceId, documentId, conflict) {
      if (!(await addConflict(pool, documentId, conflict))) return
      told.set(documentId, '')
      await check(workspaceId, documentId)
    },
    follow(workspaceId) {
      listConflicts(pool, { workspaceId })
        .then((rows) => {
          // People who open the page meanwhile fetch them by themselves.
          for (const [first] of byDocument(rows)) if (first !== undefined) told.set(first.documentId, '')
        })
        .catch((err: unknown) => log.error({ err, workspaceId }, 'conflicts with the disk could not be read'))
    },
    settled(workspaceId, documentId) {
      if (!told.has(documentId)) return
      check(workspaceId, documentId).catch((err: unknown) =>
        log.error({ err, documentId }, 'conflicts with the disk could not be looked at'),
      )
    },
    async list(workspaceId) {
      const rows = byDocument(await listConflicts(pool, { workspaceId }))
      return (await Promise.all(rows.map((ofOne) => describeConflicts(sync, ofOne)))).flat()
    },
    resolve: (by, input) => choose(by, input, 'conflict.decided', () => ({ before: input.current, after: input.text })),
    undo: (by, input) =>
      choose(by, input, 'conflict.undone', ({ choice }) => {
        if (choice === null) throw new AppError('not_found')
        return { before: choice.after, after: choice.before, choice: null }
      }),
  }
}
