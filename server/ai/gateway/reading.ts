import type { Failure } from './failure.ts'
import type { ChunkUsage } from './read-chunk.ts'
import type { Sink } from './sink.ts'

/** What is counted while a stream passes; kept up to date, since it may be cut at any moment. */
export interface Tally {
  /** Whether anything that a person waits for was passed on: then nothing may be tried again. */
  hasContent: boolean
  /** clock time of the first content */
  firstContentAt: number | null
  pieces: number
  /** UTF-16 units of the text that passed */
  textLength: number
  usage: ChunkUsage | null
  finishReason: string | null
  /** Tabby's name for its completion, by which it is told what became of it. */
  upstreamId: string | null
}

export const newTally = (): Tally => ({
  hasContent: false,
  firstContentAt: null,
  pieces: 0,
  textLength: 0,
  usage: null,
  finishReason: null,
  upstreamId: null,
})

/** What is kept of an unfinished event, and of events that hold no content yet. */
export const BUFFER_BYTES = 64 << 10

export interface Reading {
  readonly sink: Sink
  readonly tally: Tally
  now(): number
  progressed(): void
  firstContent(): void
  paused(): void
  resumed(): void
  isOver(): boolean
  fail(failure: Failure): void
  done(): void
}
