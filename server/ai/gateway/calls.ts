import type { PoolClient } from 'pg'
import type { AiErrorCode, Purpose } from '#shared/api/ai.ts'
import { AppError } from '#shared/errors.ts'
import { newId } from '#server/platform/tokens.ts'
import { CHARS_PER_TOKEN, costOf } from '../money/tokens.ts'
import type { Ledger } from '../money/ledger.ts'
import type { Clock } from './clock.ts'
import { errorClassOf } from './failure.ts'
import { relay, type RelayEnd, type RelayOptions } from './relay.ts'
import { type Ask, maxTokensFor, requestFor } from './request-body.ts'
import type { Sink } from './sink.ts'
import type { Target } from './target.ts'
import type { Targets } from './targets.ts'
import type { GatewayCaller, GatewayResult, TokenUsage } from './types.ts'

export interface CallsOptions {
  readonly ledger: Ledger
  readonly targets: Targets
  readonly rates: { begin(caller: GatewayCaller): () => void }
  readonly relay: RelayOptions
  readonly clock: Clock
  /** After a call was settled; for metrics. */
  onSettled?(facts: { purpose: Purpose; status: string; errorClass: string | null; firstTokenMs: number | null }): void
}

export interface Begun {
  readonly usageId: string
  readonly model: string
  /** Runs to the end, settles, and tells how it ended. */
  run(job: CallJob): Promise<CallEnd>
}

export interface CallJob {
  readonly sink: Sink
  readonly signal: AbortSignal
  /** The text that passed, where somebody kept it. */
  text(): string
  settleWith?(tx: PoolClient, result: GatewayResult): Promise<void>
}

export interface CallEnd {
  readonly result: GatewayResult
  /** The client read no more and was cut. */
  readonly isStalled: boolean
  readonly retryAfterMs: number | null
  readonly upstreamId: string | null
  readonly target: Target | null
}

/** The way of every call: rates, route, reservation, relay, settlement. */
export function createCalls(options: CallsOptions) {
  const { ledger, targets, rates, clock } = options
  const closing = new AbortController()
  const running = new Set<Promise<unknown>>()

  const choose = async (purpose: Purpose, model: string | undefined): Promise<Target[]> => {
    const all = await targets.current()
    if (all.length === 0) throw new AppError('ai_not_configured')
    const fitting = all.filter((target) => target.purpose === purpose)
    const wanted = model ?? fitting[0]?.model
    const chosen = fitting.filter((target) => target.model === wanted)
    if (chosen.length > 0) return chosen
    throw new AppError(model === undefined ? 'ai_not_configured' : 'ai_model_unknown')
  }

  /** Everything that may refuse, before anything is sent. */
  const begin = async (caller: GatewayCaller, model: string | undefined, ask: Ask): Promise<Begun> => {
    const startedAt = clock.now()
    const chosen = await choose(ask.purpose, model)
    const first = chosen[0]!
    const ended = rates.begin(caller)
    const usageId = newId<string>()
    try {
      const most = chosen.map((target) =>
        costOf({ promptTokens: ask.promptTokens, completionTokens: maxTokensFor(target, ask) }, target),
      )
      const amount = most.reduce((a, b) => (a > b ? a : b))
      const opened = await ledger.open({ usageId, caller, model: first.model, purpose: ask.purpose, amount })
      const run = async (job: CallJob): Promise<CallEnd> => {
        try {
          const end = await relay(options.relay, {
            targets: chosen,
            sink: job.sink,
            signal: AbortSignal.any([job.signal, closing.signal]),
            requestFor: (target) => requestFor(target, ask),
          })
          const result = resultOf(end, { ask, usageId, model: first.model, startedAt, text: job.text() })
          const errorClass = end.outcome.type === 'failed' ? errorClassOf(end.outcome.failure) : null
          const settlement = { ...result, errorClass }
          const also = job.settleWith
          try {
            await ledger.settle(opened, settlement, also && ((tx) => also(tx, result)))
          } catch (error) {
            // What its caller wanted to store with it failed; the money is counted all the same.
            if (also) await ledger.settle(opened, settlement)
            throw error
          }
          options.onSettled?.({
            purpose: ask.purpose,
            status: result.status,
            errorClass,
            firstTokenMs: result.firstTokenMs,
          })
          return {
            result,
            isStalled: errorClass === 'client_stalled',
            retryAfterMs: retryAfterOf(end),
            upstreamId: end.tally.upstreamId,
            target: end.target,
          }
        } finally {
          ended()
        }
      }
      return {
        usageId,
        model: first.model,
        run(job) {
          const call = run(job).finally(() => running.delete(call))
          running.add(call)
          return call
        },
      }
    } catch (error) {
      ended()
      throw error
    }
  }

  const resultOf = (
    end: RelayEnd,
    {
      ask,
      usageId,
      model,
      startedAt,
      text,
    }: { ask: Ask; usageId: string; model: string; startedAt: number; text: string },
  ): GatewayResult => {
    const { outcome, target, tally } = end
    const usage = usageOf(end, ask)
    const facts = {
      text,
      usage,
      usageId,
      model,
      provider: target?.provider.name ?? null,
      firstTokenMs: tally.firstContentAt === null ? null : tally.firstContentAt - startedAt,
      totalMs: clock.now() - startedAt,
      cost: target === null ? 0n : costOf(usage, target),
    }
    switch (outcome.type) {
      case 'done':
        return { ...facts, status: 'done', finishReason: tally.finishReason ?? 'stop' }
      case 'stopped':
        return { ...facts, status: 'stopped' }
      case 'failed': {
        const error = errorClassOf(outcome.failure)
        // Whoever stalled hears nothing more; inside the server nobody can.
        if (error === 'client_stalled') return { ...facts, status: 'stopped' }
        return { ...facts, status: 'failed', error: error satisfies AiErrorCode }
      }
    }
  }

  return {
    begin,
    /** Stops every call and waits until each is settled: the database must not close before. */
    async close(): Promise<void> {
      closing.abort()
      await Promise.allSettled(running)
    },
  }
}

/** As the upstream counted, else by the text that passed. Nothing passed and nothing counted: nothing was used. */
function usageOf({ tally, outcome }: RelayEnd, { promptTokens }: Ask): TokenUsage {
  if (tally.usage) return { ...tally.usage, source: 'measured' }
  if (!tally.hasContent && outcome.type !== 'done') return { promptTokens: 0, completionTokens: 0, source: 'none' }
  // Each piece is at least one token.
  const completionTokens = Math.max(tally.pieces, Math.ceil(tally.textLength / CHARS_PER_TOKEN))
  return { promptTokens, completionTokens, source: 'estimated' }
}

function retryAfterOf({ outcome }: RelayEnd): number | null {
  if (outcome.type !== 'failed') return null
  const { failure } = outcome
  return failure.type === 'status' || failure.type === 'resting' ? failure.retryAfterMs : null
}

export type Calls = ReturnType<typeof createCalls>
