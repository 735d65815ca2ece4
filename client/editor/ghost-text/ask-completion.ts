import { type CompleteInput, type CompletionOutcome, isSecretFile } from '#shared/api/completions.ts'
import { api } from '../../platform/api.ts'
import { failureOf } from '../../platform/api-error.ts'
import { queryClient } from '../../platform/query-client.ts'
import { ghostState } from './ghost-state.ts'
import type { Cached } from './suggestion-cache.ts'

/** After a failure nobody is asked for so long. */
const PAUSE_MS = 10_000
/** Budgets and set-up do not change between two keys. */
const LONG_PAUSE_MS = 5 * 60_000

let pausedUntil = 0

/** Asked once, and again only after an admin here changed something. */
async function isOffered(): Promise<boolean> {
  const status = await queryClient.fetchQuery({
    queryKey: ['ai', 'status'],
    queryFn: () => api.ai.status.query(),
    staleTime: Infinity,
  })
  const offered = status.status === 'ready' && status.completionModels.length > 0
  if (ghostState.getState().isOffered !== offered) ghostState.setState({ isOffered: offered })
  return offered
}

/** An admin may have connected a model since it was learnt that there is none; costs a question only then. */
export function learnAgain(): void {
  if (ghostState.getState().isOffered !== false) return
  isOffered().catch(() => {
    // Not known better: the next file opened asks again.
  })
}

/** Asks the server for what comes at the caret; null where nothing does. Failures are shown in the status bar alone. */
export async function askCompletion(input: CompleteInput, signal: AbortSignal): Promise<Cached | null> {
  if (isSecretFile(input.path) || Date.now() < pausedUntil) return null
  try {
    if (!(await isOffered()) || signal.aborted) return null
    const answer = await api.ai.completions.complete.mutate(input, { signal })
    if (ghostState.getState().problem !== null) ghostState.setState({ problem: null })
    return answer.status === 'done' ? answer : null
  } catch (error) {
    if (signal.aborted) return null
    const { code } = failureOf(error)
    const isLasting = code === 'ai_budget_exhausted' || code === 'ai_not_configured' || code === 'forbidden'
    pausedUntil = Date.now() + (isLasting ? LONG_PAUSE_MS : PAUSE_MS)
    ghostState.setState({ problem: code })
    return null
  }
}

/** Counts what became of a suggestion; nobody waits for it. */
export function tellOutcome(
  workspaceId: CompleteInput['workspaceId'],
  completionId: string,
  outcome: CompletionOutcome,
  elapsedMs: number,
): void {
  api.ai.completions.outcome.mutate({ workspaceId, completionId, outcome, elapsedMs }).catch(() => {
    // A count: not worth a word to the person.
  })
}
