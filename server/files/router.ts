import {
  createFileInput,
  keepInput,
  listInput,
  openInput,
  pathInput,
  renameFileInput,
  restoreInput,
  resumeInput,
  settleInput,
} from '#shared/api/files.ts'
import { router, workspaceProcedure } from '#server/platform/trpc.ts'
import type { Files } from './files.ts'

export const createFilesRouter = (files: Files) =>
  router({
    /** One folder, also an ignored one, which the tree does not look into. */
    list: workspaceProcedure('workspace.read')
      .input(listInput)
      .query(async ({ input }) => ({ entries: await files.list(input.workspaceId, input.path) })),
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
    /** An open document whose file was deleted becomes a file again. */
    keep: workspaceProcedure('workspace.write')
      .input(keepInput)
      .mutation(({ input, ctx }) => files.keep(ctx, input.workspaceId, input.documentId)),
    /** Where many known files are missing: look again, or go on with what is there. */
    resume: workspaceProcedure('workspace.write')
      .input(resumeInput)
      .mutation(async ({ input, ctx }) => ({ hold: await files.resume(ctx, input.workspaceId, input.isAccepted) })),
    settle: workspaceProcedure('workspace.write')
      .input(settleInput)
      .mutation(({ input }) => files.settle(input.workspaceId, input.documentIds)),
  })
