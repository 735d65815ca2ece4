import type { AiRunId } from '#shared/ids.ts'
import type { RunStreams } from './streams/run-streams.ts'

/** Tokens come in ones and twos; together they are one message that no eye tells from the single ones. */
const COALESCE_MS = 30

export interface StreamWriter {
  add(text: string): void
  text(): string
  /** Everything is in the stream, or was tried once more; then it ends. */
  end(): Promise<void>
}

/** Puts the text of a run into its stream in the order it comes. Where the stream is away, it is written anew later. */
export function createStreamWriter(options: {
  streams: RunStreams
  runId: AiRunId
  onError: (error: unknown) => void
}): StreamWriter {
  const { streams, runId, onError } = options
  let text = ''
  let written = 0
  let isBroken = false
  let timer: ReturnType<typeof setTimeout> | null = null
  let turn = Promise.resolve()

  const write = async (): Promise<void> => {
    const whole = text
    if (whole.length === written && !isBroken) return
    try {
      if (isBroken) await streams.replace(runId, whole)
      else await streams.append(runId, written, whole.slice(written))
      written = whole.length
      isBroken = false
    } catch (error) {
      isBroken = true
      onError(error)
    }
  }
  const flush = (): Promise<void> => {
    if (timer) clearTimeout(timer)
    timer = null
    turn = turn.then(write)
    return turn
  }

  return {
    add(more) {
      text += more
      timer ??= setTimeout(() => void flush(), COALESCE_MS)
    },
    text: () => text,
    async end() {
      await flush()
      await streams.end(runId).catch(onError)
    },
  }
}
