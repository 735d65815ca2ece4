import { TERMINAL_INPUT_CHARS, TERMINAL_INPUT_PARTS } from '#shared/protocol/terminal.ts'

/** Cuts input into messages of at most `max` UTF-16 units, never inside a character. */
export function cutInput(data: string, max: number = TERMINAL_INPUT_CHARS): string[] {
  const parts: string[] = []
  for (let at = 0; at < data.length;) {
    let end = Math.min(at + max, data.length)
    const last = data.charCodeAt(end - 1)
    if (end < data.length && last >= 0xd800 && last < 0xdc00 && end - at > 1) end -= 1
    parts.push(data.slice(at, end))
    at = end
  }
  return parts
}

export interface InputQueue {
  readonly push: (data: string) => void
  /** What is typed waits, as until a terminal that was just opened shows its screen. */
  readonly hold: () => void
  /** What waited goes, and what comes goes at once. */
  readonly release: () => void
  /** What was not sent is dropped and nothing is taken: a command typed blind would run where nobody expects it. */
  readonly shut: () => void
}

const CTRL_C = '\u0003'

/**
 * Sends what was typed, in its order, with only so many parts under way as the server takes: a long paste goes as fast
 * as the shell reads it. A lone Ctrl-C drops what waits and goes at once.
 */
export function createInputQueue(options: {
  send: (part: string) => Promise<unknown>
  onFailed: (error: unknown) => void
  maxUnderWay?: number
}): InputQueue {
  const { send, onFailed, maxUnderWay = TERMINAL_INPUT_PARTS } = options
  let waiting: string[] = []
  let underWay = 0
  let state: 'held' | 'open' | 'shut' = 'held'

  const dispatch = (part: string): void => {
    underWay += 1
    send(part)
      .catch((error: unknown) => {
        // What comes after a lost part would be a different command.
        waiting = []
        onFailed(error)
      })
      .finally(() => {
        underWay -= 1
        pump()
      })
  }
  const pump = (): void => {
    while (state === 'open' && underWay < maxUnderWay) {
      const part = waiting.shift()
      if (part === undefined) return
      dispatch(part)
    }
  }

  return {
    push(data) {
      if (state === 'shut') return
      if (data === CTRL_C && state === 'open') {
        waiting = []
        dispatch(data)
        return
      }
      // Keys that could not go yet go together.
      const joined = (waiting.pop() ?? '') + data
      for (const part of cutInput(joined)) waiting.push(part)
      pump()
    },
    hold() {
      state = 'held'
    },
    release() {
      state = 'open'
      pump()
    },
    shut() {
      state = 'shut'
      waiting = []
    },
  }
}
