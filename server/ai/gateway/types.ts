import type { PoolClient } from 'pg'
import type { AiErrorCode } from '#shared/api/ai.ts'
import type { ApiKeyId, AiRunId, UserId, WorkspaceId } from '#shared/ids.ts'

/** Who a call is charged to. The caller of the gateway has judged access already; the gateway judges money and rates. */
export interface GatewayCaller {
  readonly userId: UserId
  /** null: charged to the person alone. */
  readonly workspaceId: WorkspaceId | null
  readonly apiKeyId?: ApiKeyId
  /** Joins the usage row to a run of a chat, so that `abandonRun` finds it. */
  readonly runId?: AiRunId
  readonly requestId?: string
}

export interface ChatTurn {
  readonly role: 'system' | 'user' | 'assistant'
  readonly content: string
}

/** What surrounds the cursor. Template tokens in it are stripped before it is rendered. */
export interface Segments {
  readonly prefix: string
  readonly suffix?: string
  /** Tabby's and Monaco's name of the language. */
  readonly language?: string
  readonly filepath?: string
  /** Code that the model should know of, nearest last: put before the prefix as comments, or given to Tabby as they are. */
  readonly snippets?: readonly { readonly filepath: string; readonly body: string }[]
}

interface Sampling {
  /** At most the route's own. Unset: the route's own. */
  readonly maxTokens?: number
  readonly temperature?: number
  readonly stop?: readonly string[]
}

export type GatewayInput =
  | ({ readonly purpose: 'chat'; readonly messages: readonly ChatTurn[] } & Sampling)
  | ({ readonly purpose: 'completion'; readonly segments: Segments } & Sampling)

export interface GatewayCall {
  readonly caller: GatewayCaller
  /** A model name of a route; undefined: the first route of the purpose. */
  readonly model?: string
  readonly input: GatewayInput
  /** Closes the upstream socket at once, before the first token too. */
  readonly signal: AbortSignal
  /** Each piece of text as it comes. Never called after `signal` was aborted. */
  onDelta?(text: string): void
  /**
   * Runs in the transaction that stores the usage and settles the budget, so that a final message and its cost commit
   * together. Where it throws, the call is settled without it and `stream` rejects with its error.
   */
  settleWith?(tx: PoolClient, result: GatewayResult): Promise<void>
}

export interface TokenUsage {
  readonly promptTokens: number
  readonly completionTokens: number
  /** `measured`: as the upstream counted; `estimated`: by us from the text; `none`: no upstream was reached. */
  readonly source: 'measured' | 'estimated' | 'none'
}

interface ResultFacts {
  /** All text that came, also where the call was stopped or failed. */
  readonly text: string
  readonly usage: TokenUsage
  /** Id of the row in ai_usage. */
  readonly usageId: string
  readonly model: string
  /** Name of the provider that answered, null where none did. */
  readonly provider: string | null
  /** Milliseconds from the call to the first text, null where none came. */
  readonly firstTokenMs: number | null
  readonly totalMs: number
  /** Millionths of the currency. */
  readonly cost: bigint
}

export type GatewayResult =
  | (ResultFacts & { readonly status: 'done'; readonly finishReason: string })
  | (ResultFacts & { readonly status: 'stopped' })
  | (ResultFacts & { readonly status: 'failed'; readonly error: AiErrorCode })

/** What of a model people and editors may know. */
export interface ModelInfo {
  readonly model: string
  readonly purpose: 'chat' | 'completion'
  readonly maxTokens: number
  readonly contextTokens: number
}

/** The one way to a model, inside the server as from outside: budgets, usage rows, breaker and deadlines included. */
export interface Gateway {
  /**
   * Resolves when the call is settled. Rejects with an AppError where nothing was called: `ai_not_configured`,
   * `ai_model_unknown`, `ai_budget_exhausted`, `rate_limited`, `too_large`. Whatever an upstream does is a result.
   */
  stream(call: GatewayCall): Promise<GatewayResult>
  /** Models with a usable route, in the order of their names; empty where nothing is configured. */
  models(): Promise<readonly ModelInfo[]>
  /**
   * For a run whose server died: charges the text that had come of it, by our own count, and frees what else it had
   * reserved. `end` ends the run in the same transaction and answers its text, or null where it is not to be ended;
   * then nothing is done, and this resolves to false.
   */
  abandonRun(
    runId: AiRunId,
    messages: readonly ChatTurn[],
    end: (tx: PoolClient) => Promise<string | null>,
  ): Promise<boolean>
  /** Counts what became of a shown completion, and tells Tabby where it answered. */
  noteOutcome(event: {
    readonly userId: UserId
    readonly usageId: string
    readonly outcome: 'shown' | 'accepted' | 'dismissed'
    readonly elapsedMs?: number
  }): Promise<void>
}
