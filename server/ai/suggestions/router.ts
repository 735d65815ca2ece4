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
import { createRateLimit, type RateLimit } from '#server/platform/rate-limit.ts'
import { router, workspaceProcedure } from '#server/platform/trpc.ts'
import { askingOf } from '../chat/asking.ts'
import type { Choice } from './decide.ts'
import type { Suggestions } from './suggestions.ts'

/** Far above what people read: each is looked at by everyone. */
const RATE = { perMinute: 60, burst: 40 }
/** Hunks are decided on one by one, by keys. */
const DECISIONS = { perMinute: 240, burst: 100 }

export function createSuggestionsRouter({ suggestions, now }: { suggestions: Suggestions; now: () => number }) {
  const makings = createRateLimit({ ...RATE, now })
  const decisions = createRateLimit({ ...DECISIONS, now })
  const discuss = workspaceProcedure('workspace.discuss')
  const useAi = workspaceProcedure('workspace.ai')
  const write = workspaceProcedure('workspace.write')
  const paced = (limit: RateLimit) => (ctx: Parameters<typeof askingOf>[0]) => {
    const by = askingOf(ctx)
    limit.take(by.actor.userId)
    return by
  }
  const making = paced(makings)
  const deciding = paced(decisions)
  const choiceOf = ({ positions, ...rest }: Choice): Choice => ({
    ...rest,
    ...(positions === undefined ? {} : { positions }),
  })

  return router({
    list: discuss.input(listSuggestionsInput).query(({ input }) => suggestions.list(input)),
    ofDocument: discuss.input(ofDocumentInput).query(({ input }) => suggestions.ofDocument(input)),
    read: discuss.input(bySuggestion).query(({ input }) => suggestions.read(input.workspaceId, input.suggestionId)),
    /** Nothing is written, so viewers may too. */
    propose: discuss.input(proposeInput).mutation(({ ctx, input }) => suggestions.propose(making(ctx), input)),
    withdraw: discuss.input(bySuggestion).mutation(({ ctx, input }) => suggestions.withdraw(deciding(ctx), input)),
    ask: useAi.input(askInput).mutation(({ ctx, input }) => suggestions.ask(making(ctx), input, ctx.signal)),
    stopAsk: useAi.input(stopAskInput).mutation(({ input }) => suggestions.stopAsk(input.workspaceId, input.askId)),
    applyCode: useAi.input(applyInput).mutation(({ ctx, input }) => suggestions.applyCode(making(ctx), input)),
    accept: write.input(decideInput).mutation(({ ctx, input }) => suggestions.accept(deciding(ctx), choiceOf(input))),
    resolve: write.input(resolveInput).mutation(({ ctx, input }) => suggestions.resolve(deciding(ctx), input)),
    reject: write.input(decideInput).mutation(({ ctx, input }) => suggestions.reject(deciding(ctx), choiceOf(input))),
    undo: write.input(decideInput).mutation(({ ctx, input }) => suggestions.undo(deciding(ctx), choiceOf(input))),
  })
}
