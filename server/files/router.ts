import {
  createFileInput,
  deletedInput,
  keepInput,
  listInput,
  locateInput,
  openInput,
  pathInput,
  renameFileInput,
  restoreDeletedInput,
  restoreInput,
  resumeInput,
  settleInput,
} from '#shared/api/files.ts'
import { conflictsInput, resolveConflictInput, undoConflictInput } from '#shared/api/conflicts.ts'
import { router, workspaceProcedure } from '#server/platform/trpc.ts'
import { askingOf, type Conflicts } from './conflicts/conflicts.ts'
import type { DeletedFiles } from './deleted-files.ts'
import type { Files } from './files.ts'
import type { LocateFiles } from './locate-files.ts'

interface Parts {
  readonly files: Files
  readonly conflicts: Conflicts
  readonly locate: LocateFiles
  readonly deleted: DeletedFiles
}

export const createFilesRouter = ({ files, conflicts, locate, deleted }: Parts) =>
  router({
    /** One folder, also an ignored one, which the tree does not look into. */
    list: workspaceProcedure('workspace.read')
      .input(listInput)
      .query(async ({ input }) => ({ entries: await files.list(input.workspaceId, input.path) })),
    /** Where files are now that were open when somebody left; answers in the order of the tabs. */
    locate: workspaceProcedure('workspace.read')
      .input(locateInput)
      .query(({ input }) => locate(input.workspaceId, input.tabs)),
    open: workspaceProcedure('workspace.read')
      .input(openInput)
      .mutation(({ input }) => files.open(input.workspaceId, input.path)),
    create: workspaceProcedure('workspace.write')
      .input(createFileInput)
      .mutation(async ({ input, ctx }) => ({
        entry: await files.create(ctx, input.workspaceId, input.path, input.kind),
      })),
    rename: workspaceProcedure('workspace.write')
      .input(renameFileInput)
      .mutation(({ input, ctx }) => files.rename(ctx, input.workspaceId, input.from, input.to)),
    delete: workspaceProcedure('workspace.write')
      .input(pathInput)
      .mutation(async ({ input, ctx }) => {
        const { trashId, openBy } = await files.remove(ctx, input.workspaceId, input.path)
        const own = ctx.actor.type === 'user' ? ctx.actor.userId : null
        return {
          trashId,
          openBy: openBy.filter(({ id }) => id !== own).map(({ id, name, color }) => ({ id, name, color })),
        }
      }),
    restore: workspaceProcedure('workspace.write')
      .input(restoreInput)
      .mutation(({ input, ctx }) => files.restore(ctx, input.workspaceId, input.trashId)),
    /** Files that are gone and whose text is still kept, the last deleted first. */
    deleted: workspaceProcedure('workspace.write')
      .input(deletedInput)
      .query(async ({ input }) => ({ files: await deleted.list(input.workspaceId) })),
    /** Makes one of them again, under its old name or a numbered one. */
    restoreDeleted: workspaceProcedure('workspace.write')
      .input(restoreDeletedInput)
      .mutation(async ({ input, ctx }) => ({
        path: await deleted.restore(ctx, input.workspaceId, input.documentId),
      })),
    /** An open document whose file was deleted becomes a file again. */
    keep: workspaceProcedure('workspace.write')
      .input(keepInput)
      .mutation(({ input, ctx }) => files.keep(ctx, input.workspaceId, input.documentId)),
    /** Where many known files are missing: look again, or go on with what is there. */
    resume: workspaceProcedure('workspace.write')
      .input(resumeInput)
      .mutation(async ({ input, ctx }) => ({ hold: await files.resume(ctx, input.workspaceId, input.isAccepted) })),
    /** Where people are to choose between what they and the disk wrote; members see what stood there before. */
    conflicts: workspaceProcedure('workspace.details')
      .input(conflictsInput)
      .query(({ input }) => conflicts.list(input.workspaceId)),
    /** A person's choice: one edit, and the conflict is over for everybody. */
    resolveConflict: workspaceProcedure('workspace.write')
      .input(resolveConflictInput)
      .mutation(({ input, ctx }) => conflicts.resolve(askingOf(ctx), input)),
    /** Takes the choice back, where nobody has written there since. */
    undoConflict: workspaceProcedure('workspace.write')
      .input(undoConflictInput)
      .mutation(({ input, ctx }) => conflicts.undo(askingOf(ctx), input)),
    settle: workspaceProcedure('workspace.write')
      .input(settleInput)
      .mutation(({ input }) => files.settle(input.workspaceId, input.documentIds)),
  })
