import type { Pool } from 'pg'
import { AppError } from '#shared/errors.ts'
import { createLedger, type Ledger } from '../money/ledger.ts'
import { costOf, estimateTokens, usageOfText } from '../money/tokens.ts'
import type { Warning } from '../money/warnings.ts'
import { createBreaker } from './breaker.ts'
import { type Calls, type CallsOptions, createCalls } from './calls.ts'
import { type Clock, REAL_CLOCK } from './clock.ts'
import { createOutcomes } from './outcomes.ts'
import { createRates, RATE_RULES, type RateRules } from './rate-rules.ts'
import { TOTAL_MS } from './relay.ts'
import type { Ask } from './request-body.ts'
import type { Sealer } from './sealed.ts'
import type { Sink } from './sink.ts'
import { createTargets, type Targets } from './targets.ts'
import type { Gateway, GatewayCall, GatewayInput, ModelInfo } from './types.ts'
import { createUpstreamClient, type UpstreamClient } from './upstream.ts'

export interface GatewayOptions {
  readonly pool: Pool
  readonly sealer: Sealer
  onWarning(warning: Warning): void
  readonly onSettled?: CallsOptions['onSettled']
  readonly rules?: RateRules
  readonly clock?: Clock
  /** Milliseconds since 1970, for rows and periods. */
  readonly now?: () => number
}

export interface GatewayInside extends Gateway {
  readonly calls: Calls
  readonly ledger: Ledger
  readonly targets: Targets
  readonly client: UpstreamClient
  noteUpstreamId: ReturnType<typeof createOutcomes>['note']
  /** Stops what is under way, and settles it. */
  close(): Promise<void>
}

/** A call's prompt may hold this many characters; what is more was never meant for a model. */
const MAX_PROMPT = 2 << 20

export function createGateway(options: GatewayOptions): GatewayInside {
  const { pool, clock = REAL_CLOCK, now = Date.now } = options
  const client = createUpstreamClient()
  const ledger = createLedger({ pool, now, expiresMs: TOTAL_MS + 60_000, onWarning: options.onWarning })
  const targets = createTargets({ pool, sealer: options.sealer, now })
  const outcomes = createOutcomes({ pool, client })
  const calls = createCalls({
    ledger,
    targets,
    clock,
    rates: createRates(options.rules ?? RATE_RULES, now),
    relay: { client, clock, breaker: createBreaker(clock.now), random: Math.random },
    ...(options.onSettled ? { onSettled: options.onSettled } : {}),
  })

  return {
    calls,
    ledger,
    targets,
    client,
    noteUpstreamId: outcomes.note,
    async stream(call) {
      const { caller, model, input, signal } = call
      const begun = await calls.begin(caller, model, askOf(input))
      let text = ''
      const { result, upstreamId, target } = await begun.run({
        sink: inProcess(call, (piece) => (text += piece)),
        signal,
        text: () => text,
        ...(call.settleWith ? { settleWith: (tx, end) => call.settleWith!(tx, end) } : {}),
      })
      outcomes.note(begun.usageId, upstreamId, target)
      return result
    },
    models: async () => modelsOf(await targets.current()),
    async abandonRun(runId, messages, end) {
      const all = await targets.current()
      const prompt = estimateParts(messages.map(({ content }) => content))
      const used = (model: string, text: string) => {
        const usage = usageOfText(text, prompt)
        // Which of its targets answered died with the server; the first does as a rule.
        const target = all.find((one) => one.purpose === 'chat' && one.model === model)
        return { usage, cost: target === undefined ? 0n : costOf(usage, target) }
      }
      return ledger.abandonRun(runId, used, end)
    },
    noteOutcome: outcomes.record,
    async close() {
      await calls.close()
      client.close()
    },
  }
}

/** Reads as fast as it is given; what its `onDelta` keeps is its own care. */
function inProcess({ signal, onDelta }: GatewayCall, keep: (text: string) => void): Sink {
  return {
    opened: () => {},
    write(_, piece) {
      if (piece.text === '' || signal.aborted) return true
      // What a model says is stored, and the database takes this one character in no text.
      const text = piece.text.replaceAll('\0', '\ufffd')
      keep(text)
      onDelta?.(text)
      return true
    },
    drained: () => Promise.resolve(),
  }
}

function askOf(input: GatewayInput): Ask {
  const { maxTokens, temperature, stop } = input
  const common = {
    maxTokens,
    extra: { ...(temperature === undefined ? {} : { temperature }), ...(stop === undefined ? {} : { stop }) },
  }
  if (input.purpose === 'chat') {
    const prompt = input.messages.map((message) => message.content)
    return { ...common, purpose: 'chat', messages: input.messages, promptTokens: promptTokens(prompt) }
  }
  const { segments } = input
  const parts = [segments.prefix, segments.suffix ?? '', ...(segments.snippets ?? []).map((s) => s.body)]
  return { ...common, purpose: 'completion', segments, promptTokens: promptTokens(parts) }
}

/** Four more for each part, as chat templates add. Throws `too_large`. */
export function promptTokens(parts: readonly string[]): number {
  if (parts.reduce((sum, part) => sum + part.length, 0) > MAX_PROMPT) throw new AppError('too_large')
  return estimateParts(parts)
}

const estimateParts = (parts: readonly string[]): number =>
  parts.reduce((sum, part) => sum + estimateTokens(part) + 4, 0)

function modelsOf(targets: Awaited<ReturnType<Targets['current']>>): ModelInfo[] {
  const models = new Map<string, ModelInfo>()
  for (const { model, purpose, maxTokens, contextTokens } of targets) {
    const key = `${purpose} ${model}`
    if (!models.has(key)) models.set(key, { model, purpose, maxTokens, contextTokens })
  }
  return [...models.values()]
}
