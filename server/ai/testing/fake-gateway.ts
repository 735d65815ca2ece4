import type { Pool, PoolClient } from 'pg'
import type { AppError } from '#shared/errors.ts'
import type { AiErrorCode } from '#shared/api/ai.ts'
import type { Gateway, GatewayCall, GatewayResult } from '../gateway/types.ts'

/** What the fake says: its pieces are given one by one as the test pulls them with `next()`, or all at once. */
export interface FakeAnswer {
  readonly pieces: readonly string[]
  /** After the pieces, instead of a good end. */
  readonly error?: AiErrorCode
  /** `stop` unless told otherwise. */
  readonly finishReason?: string
  /** Thrown instead of any answer, as for a spent budget. */
  readonly refusal?: AppError
  /** Waits before each piece; an abort ends the wait. */
  readonly beforePiece?: (index: number) => Promise<void>
}

/**
 * A gateway without network or budgets, for tests of what stands on it. Keeps what it was called with. With a `pool`,
 * `settleWith` runs in a transaction of its own, as with the real one.
 */
export function createFakeGateway(
  answer: (call: GatewayCall) => FakeAnswer,
  pool?: Pool,
): Gateway & { readonly calls: readonly GatewayCall[] } {
  const calls: GatewayCall[] = []

  const speak = async (
    call: GatewayCall,
    { pieces, error, finishReason = 'stop', beforePiece }: FakeAnswer,
  ): Promise<GatewayResult> => {
    let text = ''
    for (const [index, piece] of pieces.entries()) {
      await Promise.race([beforePiece?.(index), aborted(call.signal)])
      if (call.signal.aborted) break
      text += piece
      call.onDelta?.(piece)
    }
    const facts = {
      text,
      usage: { promptTokens: 1, completionTokens: text.length, source: 'measured' as const },
      usageId: `usage-${calls.length}`,
      model: call.model ?? 'fake',
      provider: 'fake',
      firstTokenMs: 1,
      totalMs: 2,
      cost: 0n,
    }
    if (call.signal.aborted) return { ...facts, status: 'stopped' }
    if (error) return { ...facts, status: 'failed', error }
    return { ...facts, status: 'done', finishReason }
  }

  return {
    calls,
    async stream(call) {
      calls.push(call)
      const plan = answer(call)
      if (plan.refusal) throw plan.refusal
      const result = await speak(call, plan)
      if (pool && call.settleWith) await settle(pool, (tx) => call.settleWith!(tx, result))
      return result
    },
    models: () => Promise.resolve([{ model: 'fake', purpose: 'chat', maxTokens: 1000, contextTokens: 8000 }]),
    async abandonRun(_runId, _messages, end) {
      return pool === undefined ? true : (await settle(pool, end)) !== null
    },
    noteOutcome: () => Promise.resolve(),
  }
}

async function settle<T>(pool: Pool, work: (tx: PoolClient) => Promise<T>): Promise<T> {
  const tx = await pool.connect()
  try {
    await tx.query('begin')
    const done = await work(tx)
    await tx.query('commit')
    return done
  } catch (error) {
    await tx.query('rollback')
    throw error
  } finally {
    tx.release()
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (!signal.aborted) signal.addEventListener('abort', () => resolve(), { once: true })
    else resolve()
  })
