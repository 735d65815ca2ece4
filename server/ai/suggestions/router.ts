import {
  applyInput,
  type ApplyResult,
  askInput,
  type AskInfo,
  type AskResult,
  bySuggestion,
  decideInput,
  type DecideResult,
  listSuggestionsInput,
  ofDocumentInput,
  proposeInput,
  resolveInput,
  stopAskInput,
  type SuggestionInfo,
  type SuggestionSummary,
} from '#shared/api/suggestions.ts'
import { AppError } from '#shared/errors.ts'
import { router, workspaceProcedure } from '#server/platform/trpc.ts'

const notYet = (): never => {
  throw new AppError('unavailable')
}

export function createSuggestionsRouter() {
  const discuss = workspaceProcedure('workspace.discuss')
  const useAi = workspaceProcedure('workspace.ai')
  const write = workspaceProcedure('workspace.write')

  return router({
    list: discuss
      .input(listSuggestionsInput)
      .query((): { suggestions: readonly SuggestionSummary[]; asks: readonly AskInfo[] } => notYet()),
    ofDocument: discuss
      .input(ofDocumentInput)
      .query((): { suggestions: readonly SuggestionInfo[]; asks: readonly AskInfo[] } => notYet()),
    read: discuss.input(bySuggestion).query((): SuggestionInfo => notYet()),
    propose: discuss.input(proposeInput).mutation((): SuggestionInfo => notYet()),
    withdraw: discuss.input(bySuggestion).mutation((): SuggestionInfo => notYet()),
    ask: useAi.input(askInput).mutation((): AskResult => notYet()),
    stopAsk: useAi.input(stopAskInput).mutation((): null => notYet()),
    applyCode: useAi.input(applyInput).mutation((): ApplyResult => notYet()),
    accept: write.input(decideInput).mutation((): DecideResult => notYet()),
    resolve: write.input(resolveInput).mutation((): DecideResult => notYet()),
    reject: write.input(decideInput).mutation((): DecideResult => notYet()),
    undo: write.input(decideInput).mutation((): DecideResult => notYet()),
  })
}
