import { AppError } from '#shared/errors.ts'

/** What waits for one program to read it; far more than a person types ahead. */
export const INPUT_QUEUE_BYTES = 1 << 20
const RETRY_MS = 4

/** Ctrl-C and Ctrl-\: the signals by which a person ends what does not listen. */
const INTERRUPTS: ReadonlySet<string> = new Set(['\x03', '\x1c'])

interface Part {
  readonly bytes: Uint8Array
  readonly hasEnter: boolean
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

export interface InputQueue {
  /** Resolves when the program's side of the terminal took it all. Throws rate_limited when too much waits. */
  push(data: string): Promise<void>
  /** Answers whoever waits; nothing more is written. */
  close(): void
}

/**
 * Input in the order it came, as fast as the program takes it. Before an Enter the documents are brought to the disk,
 * so that the command sees what was just typed in an editor. An interrupt goes first and drops what waits, as the
 * kernel does with what it holds.
 */
export function createInputQueue(options: {
  /** writes what fits and answers how many bytes that was */
  write: (bytes: Uint8Array) => number
  /** null where everything is on the disk already */
  settle: () => Promise<unknown> | null
}): InputQueue {
  let parts: Part[] = []
  let waiting = 0
  let isRunning = false
  let isClosed = false

  const drop = (): void => {
    for (const part of parts) part.resolve()
    parts = []
    waiting = 0
  }

  const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, RETRY_MS))

  const writeAll = async (part: Part): Promise<void> => {
    let written = 0
    while (written < part.bytes.length) {
      // Dropped, or the terminal is gone.
      if (isClosed || parts[0] !== part) return
      const count = options.write(part.bytes.subarray(written))
      written += count
      if (count === 0) await pause()
    }
  }

  const run = async (): Promise<void> => {
    isRunning = true
    for (let part = parts[0]; part !== undefined; part = parts[0]) {
      try {
        const settled = part.hasEnter ? options.settle() : null
        if (settled !== null) await settled
        if (parts[0] !== part) continue
        await writeAll(part)
        if (parts[0] !== part) continue
        part.resolve()
      } catch (error) {
        // One part that failed must not hold up what is typed after it.
        if (parts[0] !== part) continue
        part.reject(error)
      }
      parts.shift()
      waiting -= part.bytes.length
    }
    isRunning = false
  }

  return {
    push(data) {
      if (isClosed) return Promise.resolve()
      const bytes = Buffer.from(data, 'utf8')
      if (INTERRUPTS.has(data)) {
        drop()
        if (options.write(bytes) === bytes.length) return Promise.resolve()
      } else if (waiting + bytes.length > INPUT_QUEUE_BYTES) return Promise.reject(new AppError('rate_limited'))
      return new Promise((resolve, reject) => {
        parts.push({ bytes, hasEnter: data.includes('\r'), resolve, reject })
        waiting += bytes.length
        if (!isRunning) void run()
      })
    },
    close() {
      isClosed = true
      drop()
    },
  }
}
