import { parentPort } from 'node:worker_threads'
import { type HeavyTask, runHeavyTask } from './heavy-work.ts'

export interface HeavyRequest {
  readonly id: number
  readonly task: HeavyTask
  readonly updates: readonly Uint8Array[]
}

export type HeavyReply =
  | { readonly id: number; readonly value: Uint8Array | string }
  | { readonly id: number; readonly error: string }

parentPort?.on('message', ({ id, task, updates }: HeavyRequest) => {
  let reply: HeavyReply
  try {
    reply = { id, value: runHeavyTask[task](updates) }
  } catch (error) {
    reply = { id, error: error instanceof Error ? error.message : String(error) }
  }
  // Yjs encodes into a buffer of its own; a copy of it would stay here until this thread next collects.
  const own = 'value' in reply && typeof reply.value !== 'string' ? [reply.value.buffer as ArrayBuffer] : []
  parentPort?.postMessage(reply, own)
})
