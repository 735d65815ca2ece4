import type { IncomingMessage, ServerResponse } from 'node:http'
import { AppError } from '#shared/errors.ts'
import { sendJson } from '#server/platform/http.ts'
import type { Clock } from '../gateway/clock.ts'
import type { CallEnd } from '../gateway/calls.ts'
import type { GatewayInside } from '../gateway/gateway.ts'
import type { Ask } from '../gateway/request-body.ts'
import type { GatewayCaller, GatewayResult } from '../gateway/types.ts'
import { openAiError } from './openai-error.ts'
import { createStreamSink } from './stream-sink.ts'
import { createWholeAnswer, type WholeAnswer } from './whole-answer.ts'

export interface Question {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly signal: AbortSignal
  readonly requestId: string
  readonly caller: GatewayCaller
  readonly model: string | undefined
  readonly ask: Ask
}

/** Streams the answer. Errors after the first byte stand in the stream, before it in the status. */
export async function answerStream(
  gateway: GatewayInside,
  clock: Clock,
  question: Question,
  wantsUsage: boolean,
): Promise<void> {
  const { res, requestId } = question
  const begun = await gateway.calls.begin(question.caller, question.model, question.ask)
  const sink = createStreamSink(res, { clock, wantsUsage })
  try {
    const end = await begun.run({ sink, signal: question.signal, text: () => '' })
    gateway.noteUpstreamId(begun.usageId, end.upstreamId, end.target)
    const { result } = end
    if (end.isStalled || result.status === 'stopped') res.destroy()
    else if (result.status === 'done') sink.end('[DONE]')
    else if (sink.hasBegun()) sink.end(JSON.stringify(openAiError(result.error, requestId)))
    else throw failureOf(result, end)
  } finally {
    sink.stop()
  }
}

/** Waits for the whole answer and sends it in the form that `render` gives it. */
export async function answerWhole(
  gateway: GatewayInside,
  question: Question,
  render: (result: Extract<GatewayResult, { status: 'done' }>, answer: WholeAnswer) => object,
): Promise<void> {
  const begun = await gateway.calls.begin(question.caller, question.model, question.ask)
  const sink = createWholeAnswer()
  const end = await begun.run({ sink, signal: question.signal, text: sink.text })
  gateway.noteUpstreamId(begun.usageId, end.upstreamId, end.target)
  const { result } = end
  if (result.status === 'stopped') question.res.destroy()
  else if (result.status === 'done') sendJson(question.res, 200, render(result, sink))
  else throw failureOf(result, end)
}

const failureOf = (result: Extract<GatewayResult, { status: 'failed' }>, { retryAfterMs }: CallEnd): AppError =>
  new AppError(result.error, undefined, {
    details: retryAfterMs === null ? {} : { retryAfterSeconds: Math.max(1, Math.ceil(retryAfterMs / 1000)) },
  })

const tokens = ({ usage }: GatewayResult) => ({
  prompt_tokens: usage.promptTokens,
  completion_tokens: usage.completionTokens,
  total_tokens: usage.promptTokens + usage.completionTokens,
})

type Done = Extract<GatewayResult, { status: 'done' }>
const created = (): number => Math.floor(Date.now() / 1000)

export function chatAnswer(result: Done, answer: WholeAnswer): object {
  const calls = answer.toolCalls()
  const message = {
    role: 'assistant',
    content: calls.length > 0 && result.text === '' ? null : result.text,
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
  }
  const choices = [{ index: 0, message, logprobs: null, finish_reason: result.finishReason }]
  const { usageId, model } = result
  return {
    id: `chatcmpl-${usageId}`,
    object: 'chat.completion',
    created: created(),
    model,
    choices,
    usage: tokens(result),
  }
}

export function completionAnswer(result: Done): object {
  const { usageId, model, text, finishReason } = result
  const choices = [{ index: 0, text, logprobs: null, finish_reason: finishReason }]
  return { id: `cmpl-${usageId}`, object: 'text_completion', created: created(), model, choices, usage: tokens(result) }
}

/** The id is what `/v1/events` gives back. */
export const tabbyAnswer = ({ usageId, text }: Done): object => ({ id: usageId, choices: [{ index: 0, text }] })
