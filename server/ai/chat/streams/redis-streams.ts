import { Redis } from 'ioredis'
import type { AiRunId } from '#shared/ids.ts'
import { type RunStreams, STREAM_TTL_MS, type StreamPiece } from './run-streams.ts'

const keyOf = (runId: string): string => `chat:run:${runId}`
/** A hint that was lost costs a reader this long, and nothing else. */
const LOOK_AGAIN_MS = 1_000

/**
 * Streams that every node reads. An entry's id is `<offset of its end>-0`, which Redis keeps rising, so a second writer
 * is refused; the end is `<length>-1`. Readers look at the stream itself; messages only tell them when.
 */
export function createRedisStreams(url: string): RunStreams {
  const redis = new Redis(url, { maxRetriesPerRequest: 1 })
  const hints = new Redis(url, { maxRetriesPerRequest: 1 })
  const waiting = new Map<string, Set<() => void>>()
  // Every command's own promise tells of a broken connection; these two are only for those who wait for none.
  redis.on('error', () => {})
  hints.on('error', () => {})
  hints.on('message', (key: string) => {
    for (const wake of waiting.get(key) ?? []) wake()
  })

  const write = async (runId: AiRunId, commands: (string | number)[][]): Promise<void> => {
    const key = keyOf(runId)
    const results = await redis.multi([...commands, ['pexpire', key, STREAM_TTL_MS], ['publish', key, '']]).exec()
    for (const [error] of results ?? []) if (error) throw error
  }

  const listen = async (key: string, wake: () => void): Promise<void> => {
    const known = waiting.get(key)
    if (known) return void known.add(wake)
    waiting.set(key, new Set([wake]))
    await hints.subscribe(key)
  }
  const unlisten = (key: string, wake: () => void): void => {
    const known = waiting.get(key)
    known?.delete(wake)
    if (known?.size !== 0) return
    waiting.delete(key)
    hints.unsubscribe(key).catch(() => {
      // The connection is away, and the subscription with it.
    })
  }

  async function* read(runId: AiRunId, from: number, signal: AbortSignal): AsyncGenerator<StreamPiece> {
    const key = keyOf(runId)
    const bell = createBell(signal)
    // Before the first look, or what comes between the two would wait for the next hint.
    await listen(key, bell.ring)
    try {
      let at = from
      while (!signal.aborted) {
        bell.clear()
        const entries = await redis.xrange(key, `(${at}-0`, '+')
        if (entries.length === 0) {
          // Beyond the end, also where the stream was written anew and is shorter now.
          const last = (await redis.xrevrange(key, '+', '-', 'COUNT', 1))[0]
          if (last && endOf(last) < at) at = 0
          else await bell.wait(LOOK_AGAIN_MS)
          continue
        }
        for (const entry of entries) {
          const [, fields] = entry
          if (fields[0] === 'end') {
            yield { type: 'end' }
            return
          }
          const end = endOf(entry)
          const text = (fields[1] ?? '').slice(at - end)
          const start = end - text.length
          at = end
          yield { type: 'text', start, text }
          if (signal.aborted) return
        }
      }
    } finally {
      bell.close()
      unlisten(key, bell.ring)
    }
  }

  const lengthOf = async (key: string): Promise<number> => {
    const last = (await redis.xrevrange(key, '+', '-', 'COUNT', 1))[0]
    return last ? endOf(last) : 0
  }

  return {
    // Every node reads every run alike.
    begin: () => {},
    async append(runId, start, text) {
      if (text === '') return
      if ((await lengthOf(keyOf(runId))) !== start) throw new Error('another writer wrote to this run')
      await write(runId, [['xadd', keyOf(runId), `${start + text.length}-0`, 'text', text]])
    },
    async replace(runId, text) {
      const key = keyOf(runId)
      await write(runId, [['del', key], ...(text === '' ? [] : [['xadd', key, `${text.length}-0`, 'text', text]])])
    },
    async end(runId) {
      await write(runId, [['xadd', keyOf(runId), `${await lengthOf(keyOf(runId))}-1`, 'end', '']])
    },
    read,
    async close() {
      redis.disconnect()
      hints.disconnect()
      await Promise.resolve()
    },
  }
}

const endOf = ([id]: readonly [string, string[]]): number => Number(id.slice(0, id.indexOf('-')))

/** Rings at a hint or an abort; a ring between a look and the wait is not lost. */
function createBell(signal: AbortSignal) {
  let isRung = false
  let answer: (() => void) | null = null
  const ring = (): void => {
    isRung = true
    answer?.()
  }
  signal.addEventListener('abort', ring)
  return {
    ring,
    clear: () => void (isRung = false),
    wait: (atMostMs: number): Promise<void> =>
      new Promise((resolve) => {
        if (isRung || signal.aborted) return resolve()
        const timer = setTimeout(ring, atMostMs)
        answer = () => {
          clearTimeout(timer)
          answer = null
          resolve()
        }
      }),
    close: () => signal.removeEventListener('abort', ring),
  }
}
