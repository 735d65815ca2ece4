import {
  applyInput,
  askInput,
  bySuggestion,
  decideInput,
  listSuggestionsInput,
  ofDocumentInput,
  proposeInput,
  resolveInput,
  stopAskInput,
} from '#shared/api/suggestions.ts'
import { createRateLimit } from '#server/platform/rate-limit.ts'
import { router, workspaceProcedure } from '#server/platform/trpc.ts'
import { askingOf } from '../chat/asking.ts'
import type { Choice } from './decide.ts'
import type { Suggestions } from './suggestions.ts'

/** Far above what people read: each is looked at by everyone. */
const RATE = { perMinute: 60, burst: 40 }

export function createSuggestionsRouter({ suggestions, now }: { suggestions: Suggestions; now: () => number }) {
  const throttle = createRateLimit({ ...RATE, now })
  const discuss = workspaceProcedure('workspace.discuss')
  const useAi = workspaceProcedure('workspace.ai')
  const write = workspaceProcedure('workspace.write')
  const throttled = (ctx: Parameters<typeof askingOf>[0]) => {
    const by = askingOf(ctx)
    throttle.take(by.actor.userId)
    return by
  }
  const choiceOf = ({ positions, ...rest }: Choice): Choice => ({
    ...rest,
    ...(positions === undefined ? {} : { positions }),
  })

  return router({
    list: discuss.input(listSuggestionsInput).query(({ input }) => suggestions.list(input)),
    ofDocument: discuss.input(ofDocumentInput).query(({ input }) => suggestions.ofDocument(input)),
    read: discuss.input(bySuggestion).query(({ input }) => suggestions.read(input.workspaceId, input.suggestionId)),
    /** Nothing is written, so viewers may too. */
    propose: discuss.input(proposeInput).mutation(({ ctx, input }) => suggestions.propose(throttled(ctx), input)),
    withdraw: discuss.input(bySuggestion).mutation(({ ctx, input }) => suggestions.withdraw(askingOf(ctx), input)),
    ask: useAi.input(askInput).mutation(({ ctx, input }) => suggestions.ask(throttled(ctx), input, ctx.signal)),
    stopAsk: useAi.input(stopAskInput).mutation(({ input }) => suggestions.stopAsk(input.workspaceId, input.askId)),
    applyCode: useAi.input(applyInput).mutation(({ ctx, input }) => suggestions.applyCode(throttled(ctx), input)),
    accept: write.input(decideInput).mutation(({ ctx, input }) => suggestions.accept(askingOf(ctx), choiceOf(input))),
    resolve: write.input(resolveInput).mutation(({ ctx, input }) => suggestions.resolve(askingOf(ctx), input)),
    reject: write.input(decideInput).mutation(({ ctx, input }) => suggestions.reject(askingOf(ctx), choiceOf(input))),
    undo: write.input(decideInput).mutation(({ ctx, input }) => suggestions.undo(askingOf(ctx), choiceOf(input))),
  })
}
