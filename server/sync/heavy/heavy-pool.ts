import { Worker } from 'node:worker_threads'
import {
  type HeavyInput,
  type HeavyTask,
  type HeavyValue,
  type HeavyWork,
  heavyWorkBy,
  runHeavyTask,
} from './heavy-work.ts'
import type { HeavyReply, HeavyRequest } from './heavy-worker.ts'

interface Waiting {
  resolve(value: HeavyValue): void
  reject(error: Error): void
}

/** Large texts are no young objects, so that a wide nursery would only be memory. */
const RESOURCES = { maxYoungGenerationSizeMb: 4 }
/** Node cuts small buffers out of shared ones; those are copied. */
const POOLED_BYTES = 64 << 10

/** What can be handed to the worker without a copy. */
const ownBuffers = (updates: readonly Uint8Array[]): ArrayBuffer[] =>
  [...new Set(updates.flatMap(({ buffer }) => (buffer instanceof ArrayBuffer ? [buffer] : [])))].filter(
    (buffer) => buffer.byteLength > POOLED_BYTES,
  )

/** Small work on this thread, work beyond `heavyBytes` in one worker that starts at need and ends when idle. */
export function createHeavyPool(heavyBytes: number, idleMs = 30_000): HeavyWork {
  let worker: Worker | null = null
  let idle: NodeJS.Timeout | undefined
  let lastId = 0
  const waiting = new Map<number, Waiting>()

  const end = (ended: Worker, error: Error): void => {
    if (worker === ended) worker = null
    for (const each of waiting.values()) each.reject(error)
    waiting.clear()
  }

  const start = (): Worker => {
    const started = new Worker(new URL('./heavy-worker.ts', import.meta.url), { resourceLimits: RESOURCES })
    started.on('message', (reply: HeavyReply) => {
      const each = waiting.get(reply.id)
      waiting.delete(reply.id)
      if (waiting.size === 0) {
        clearTimeout(idle)
        idle = setTimeout(() => void started.terminate(), idleMs).unref()
      }
      if ('error' in reply) each?.reject(new Error(reply.error))
      else each?.resolve(reply.value)
    })
    started.on('error', (cause) => end(started, new Error('the worker for large documents failed', { cause })))
    started.on('exit', () => end(started, new Error('the worker for large documents ended')))
    started.unref()
    return started
  }

  const inWorker = <T extends HeavyTask>(
    task: T,
    updates: readonly Uint8Array[],
    input: HeavyInput<T>,
  ): Promise<HeavyValue<T>> =>
    new Promise((resolve, reject) => {
      clearTimeout(idle)
      worker ??= start()
      const id = ++lastId
      // The worker answers a task with its own kind of value.
      waiting.set(id, { resolve: resolve as Waiting['resolve'], reject })
      worker.postMessage({ id, task, updates, input } satisfies HeavyRequest, ownBuffers(updates))
    })

  /** `times`: how often the text is made of them */
  const isHeavy = (updates: readonly Uint8Array[], times: number): boolean =>
    updates.reduce((size, update) => size + update.length, 0) * times > heavyBytes
  const timesOf = <T extends HeavyTask>(task: T, input: HeavyInput<T>): number =>
    task === 'lineCounts' && Array.isArray(input) ? input.length : 1

  return heavyWorkBy(
    async (task, updates, input) =>
      isHeavy(updates, timesOf(task, input)) ? inWorker(task, updates, input) : runHeavyTask(task, updates, input),
    async () => {
      clearTimeout(idle)
      await worker?.terminate()
    },
  )
}
