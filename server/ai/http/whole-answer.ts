import type { Sink } from '../gateway/sink.ts'

interface ToolCall {
  id?: string
  type: string
  function: { name: string; arguments: string }
}

export interface WholeAnswer extends Sink {
  text(): string
  toolCalls(): readonly ToolCall[]
}

/** Puts a stream together again, for callers who asked for one answer: upstream it is a stream all the same. */
export function createWholeAnswer(): WholeAnswer {
  const pieces: string[] = []
  const calls: ToolCall[] = []
  return {
    opened: () => {},
    write(_, delta) {
      if (delta.text !== '') pieces.push(delta.text)
      for (const part of delta.toolCalls) merge(calls, part)
      return true
    },
    drained: () => Promise.resolve(),
    text: () => pieces.join(''),
    toolCalls: () => calls.filter(Boolean),
  }
}

/** A call's name comes first, its arguments in pieces, each part with the call's index. */
function merge(calls: ToolCall[], part: unknown): void {
  if (typeof part !== 'object' || part === null) return
  const { index = 0, id, type, function: f } = part as Record<string, unknown>
  if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index > 255) return
  const call = (calls[index] ??= { type: 'function', function: { name: '', arguments: '' } })
  if (typeof id === 'string') call.id = id
  if (typeof type === 'string') call.type = type
  if (typeof f !== 'object' || f === null) return
  const { name, arguments: more } = f as Record<string, unknown>
  if (typeof name === 'string') call.function.name += name
  if (typeof more === 'string') call.function.arguments += more
}
