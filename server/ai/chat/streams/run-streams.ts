import type { AiRunId } from '#shared/ids.ts'

/** Offsets count UTF-16 units of the run's whole text, as JavaScript does. */
export type StreamPiece =
  | { readonly type: 'text'; readonly start: number; readonly text: string }
  | { readonly type: 'end' }

/**
 * The text of runs while they are made, kept an hour. A piece's id is the offset of its end, so that a reader who
 * knows how much it has needs nothing else to go on.
 */
export interface RunStreams {
  /** This node makes the run: told before anybody may read it. */
  begin(runId: AiRunId): void
  /** Adds to the end. `start` is where the text so far ends; another writer's text in between makes it throw. */
  append(runId: AiRunId, start: number, text: string): Promise<void>
  /** Puts the whole text in place of whatever there is, after an append failed. */
  replace(runId: AiRunId, text: string): Promise<void>
  /** No more comes: every reader is told, now or when it gets there. */
  end(runId: AiRunId): Promise<void>
  /**
   * Everything from this offset on, what is there and what is to come, in one read. From beyond the end it begins at
   * 0: the reader has text that nobody knows of. Returns after `end`, or once the signal is aborted.
   */
  read(runId: AiRunId, from: number, signal: AbortSignal): AsyncIterable<StreamPiece>
  close(): Promise<void>
}

export const STREAM_TTL_MS = 3_600_000
