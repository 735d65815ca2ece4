import type { PrismaClient } from '#prisma/generated/client.ts'
import { AppError } from '#shared/errors.ts'
import type { WorkspaceId } from '#shared/ids.ts'
import { audit } from '#server/platform/audit.ts'
import type { ControlBus } from '#server/platform/control.ts'
import type { Logger } from '#server/platform/log.ts'
import type { Folders } from './folders.ts'
import { inTransaction, lockWorkspace, type Requester } from './workspace-lock.ts'

/** How long a deleted workspace can be brought back. The client offers it prominently for the first 10 s. */
export const UNDO_WINDOW_MS = 7 * 24 * 3_600_000

interface LifecycleDeps {
  readonly prisma: PrismaClient
  readonly control: ControlBus
  readonly folders: Folders
  readonly stopRuntime: (workspaceId: WorkspaceId) => Promise<void> | void
  readonly log: Logger
  readonly now: () => number
}

export type Lifecycle = ReturnType<typeof createLifecycle>

/** Renaming, deleting, bringing back, and at last removing workspaces. */
export function createLifecycle({ prisma, control, folders, stopRuntime, log, now }: LifecycleDeps) {
  const undoUntil = (deletedAt: Date) => new Date(deletedAt.getTime() + UNDO_WINDOW_MS)

  return {
    async rename(by: Requester, { workspaceId, name }: { workspaceId: WorkspaceId; name: string }): Promise<void> {
      await inTransaction(prisma, async (tx) => {
        await lockWorkspace(tx, workspaceId)
        await tx.workspace.update({ where: { id: workspaceId }, data: { name } })
        await audit(tx, { ...by, action: 'workspace.renamed', workspaceId })
      })
    },

    /** Deleting twice is deleting once: the window counts from the first time. */
    async remove(by: Requester, workspaceId: WorkspaceId): Promise<{ undoUntil: string }> {
      const { deletedAt, isNew } = await inTransaction(prisma, async (tx) => {
        const at = new Date(now())
        const { count } = await tx.workspace.updateMany({
          where: { id: workspaceId, deletedAt: null },
          data: { deletedAt: at },
        })
        if (count === 1) await audit(tx, { ...by, action: 'workspace.deleted', workspaceId })
        const row = await tx.workspace.findUnique({ where: { id: workspaceId } })
        if (!row?.deletedAt) throw new AppError('not_found')
        return { deletedAt: row.deletedAt, isNew: count === 1 }
      })
      if (isNew) {
        control.publish({ type: 'workspace-deleted', workspaceId })
        await stopQuietly(workspaceId)
      }
      return { undoUntil: undoUntil(deletedAt).toISOString() }
    },

    async undelete(by: Requester, workspaceId: WorkspaceId): Promise<void> {
      await inTransaction(prisma, async (tx) => {
        const { count } = await tx.workspace.updateMany({
          where: { id: workspaceId, deletedAt: { gt: new Date(now() - UNDO_WINDOW_MS) } },
          data: { deletedAt: null },
        })
        if (count === 0) throw new AppError('not_found')
        await audit(tx, { ...by, action: 'workspace.undeleted', workspaceId })
      })
    },

    /** Removes workspaces past the undo window: first the files, then the row, so that a crash leaves work, not waste. */
    async sweep(): Promise<{ removed: number }> {
      const due = await prisma.workspace.findMany({
        where: { deletedAt: { lte: new Date(now() - UNDO_WINDOW_MS) } },
        select: { id: true },
      })
      for (const { id } of due) {
        const workspaceId = id as WorkspaceId
        await stopQuietly(workspaceId)
        await folders.remove(workspaceId)
        await prisma.workspace.delete({ where: { id } })
        log.info({ workspaceId }, 'deleted workspace removed')
      }
      return { removed: due.length }
    },
  }

  async function stopQuietly(workspaceId: WorkspaceId): Promise<void> {
    try {
      await stopRuntime(workspaceId)
    } catch (error) {
      // The deletion stands; the agent's token no longer opens anything.
      log.warn({ err: error, workspaceId }, 'the runtime of a deleted workspace did not stop')
    }
  }
}
