import type { Chunk } from './read-chunk.ts'

export type Delta = Extract<Chunk, { type: 'delta' }>

/** Where a stream goes: a client's response, or a function inside this server. */
export interface Sink {
  /** An upstream has taken the request. May be called again after a retry. */
  opened(): void
  /** One whole event, as it came. Answers false where it wants no more until `drained`. */
  write(bytes: Buffer, delta: Delta): boolean
  /** Resolves once there is room again; never, where the client is gone. */
  drained(): Promise<void>
}
