import { parentPort } from 'node:worker_threads'
import { type HeavyInput, type HeavyTask, type HeavyValue, runHeavyTask } from './heavy-work.ts'

export interface HeavyRequest {
  readonly id: number
  readonly task: HeavyTask
  readonly updates: readonly Uint8Array[]
  readonly input: HeavyInput<HeavyTask>
}

export type HeavyReply =
  | { readonly id: number; readonly value: HeavyValue }
  | { readonly id: number; readonly error: string }

parentPort?.on('message', ({ id, task, updates, input }: HeavyRequest) => {
  let reply: HeavyReply
  try {
    reply = { id, value: runHeavyTask(task, updates, input) }
  } catch (error) {
    reply = { id, error: error instanceof Error ? error.message : String(error) }
  }
  // Yjs encodes into a buffer of its own; a copy of it would stay here until this thread next collects.
  const own = 'value' in reply && reply.value instanceof Uint8Array ? [reply.value.buffer as ArrayBuffer] : []
  parentPort?.postMessage(reply, own)
  // A task leaves several times its text behind, and nobody waits for this thread: the next one need not add to it.
  setImmediate(() => globalThis.gc?.())
})
