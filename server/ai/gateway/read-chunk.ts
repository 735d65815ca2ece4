/** What the gateway needs to know of one event of a model's stream. */
export type Chunk =
  | {
      readonly type: 'delta'
      /** Text of the first choice; empty where the chunk holds a role, a tool call or nothing. */
      readonly text: string
      /** Whether it holds anything that a person or program waits for: text, reasoning, a tool call. */
      readonly hasContent: boolean
      readonly finishReason: string | null
      readonly usage: ChunkUsage | null
      /** Nothing but usage: kept back from callers who did not ask for it. */
      readonly isUsageOnly: boolean
      readonly toolCalls: readonly unknown[]
    }
  | { readonly type: 'end' }
  | { readonly type: 'error'; readonly status: number }
  | { readonly type: 'malformed' }

export interface ChunkUsage {
  readonly promptTokens: number
  readonly completionTokens: number
}

type Json = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Reads the data of one event, chat or completion, as OpenAI, vLLM and LiteLLM write them: fields may be absent, null
 * or unknown; usage may come alone, with empty choices, with a choice that holds nothing, or beside content.
 */
export function readChunk(data: string): Chunk {
  if (data === '[DONE]') return { type: 'end' }
  let body: unknown
  try {
    body = JSON.parse(data)
  } catch {
    return { type: 'malformed' }
  }
  if (!isObject(body)) return { type: 'malformed' }
  if (body['error'] !== undefined && body['error'] !== null) return { type: 'error', status: statusOf(body['error']) }
  const choices = body['choices']
  if (!Array.isArray(choices)) return body['usage'] ? usageOnly(body) : { type: 'malformed' }
  const choice: unknown = choices[0]
  if (!isObject(choice)) return usageOnly(body)
  const delta = isObject(choice['delta']) ? choice['delta'] : {}
  const text = textOf(delta['content']) || textOf(choice['text'])
  const toolCalls = Array.isArray(delta['tool_calls']) ? (delta['tool_calls'] as unknown[]) : []
  const finishReason = textOf(choice['finish_reason']) || null
  const usage = usageOf(body['usage'])
  const hasContent =
    text !== '' ||
    toolCalls.length > 0 ||
    textOf(delta['reasoning']) !== '' ||
    textOf(delta['reasoning_content']) !== '' ||
    textOf(delta['refusal']) !== ''
  const isUsageOnly = usage !== null && !hasContent && finishReason === null && textOf(delta['role']) === ''
  return { type: 'delta', text, hasContent, finishReason, usage, isUsageOnly, toolCalls }
}

const usageOnly = (body: Json): Chunk => ({
  type: 'delta',
  text: '',
  hasContent: false,
  finishReason: null,
  usage: usageOf(body['usage']),
  isUsageOnly: true,
  toolCalls: [],
})

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Token counts, or null where they are no counts: nobody is charged NaN or less than nothing. */
export function usageOf(value: unknown): ChunkUsage | null {
  if (!isObject(value)) return null
  const promptTokens = value['prompt_tokens']
  const completionTokens = value['completion_tokens'] ?? 0
  return isCount(promptTokens) && isCount(completionTokens) ? { promptTokens, completionTokens } : null
}

const isCount = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0

/** vLLM's code is an integer, LiteLLM's a string; whatever else stands there means that the upstream failed. */
function statusOf(error: unknown): number {
  const code = isObject(error) ? Number(error['code'] ?? error['status']) : Number.NaN
  return code >= 400 && code < 600 ? code : 500
}
