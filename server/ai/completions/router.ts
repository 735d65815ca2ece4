import { completeInput, outcomeInput } from '#shared/api/completions.ts'
import { router, workspaceProcedure } from '#server/platform/trpc.ts'
import { askingOf } from '../chat/asking.ts'
import type { Gateway } from '../gateway/types.ts'
import { complete } from './complete.ts'

/** Completions at the caret, and what became of them. */
export function createCompletionsRouter(gateway: Pick<Gateway, 'stream' | 'noteOutcome'>) {
  const useAi = workspaceProcedure('workspace.ai')
  return router({
    complete: useAi
      .input(completeInput)
      .mutation(({ ctx, input }) => complete(gateway, { ...askingOf(ctx), signal: ctx.signal }, input)),
    outcome: useAi.input(outcomeInput).mutation(async ({ ctx, input }) => {
      const { outcome, elapsedMs, completionId: usageId } = input
      await gateway.noteOutcome({ userId: askingOf(ctx).actor.userId, usageId, outcome, elapsedMs })
    }),
  })
}
