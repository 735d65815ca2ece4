import type { DocumentId } from '#shared/ids.ts'
import type { DiskConflict, FileBaseRecord, FileStatus } from '#shared/protocol/agent.ts'

/** What the agent asks of the server about one document; each throws AppError, also when nobody answers. */
export interface ServerCalls {
  head(documentId: DocumentId, sha256: string): Promise<{ seq: number; text: string | null }>
  seed(documentId: DocumentId, text: string): Promise<{ isSeeded: boolean }>
  baseGet(documentId: DocumentId): Promise<FileBaseRecord | null>
  baseIntend(input: { documentId: DocumentId; seq: number; sha256: string }): Promise<void>
  baseSet(input: { documentId: DocumentId; seq: number; sha256: string; lineEndings: string }): Promise<void>
  /** The document's state as the log had it at `seq`. Throws not_found where that history is gone. */
  baseState(documentId: DocumentId, seq: number): Promise<Uint8Array>
  /** A merge joined what only a person can choose from. Saying it twice is saying it once. */
  conflict(documentId: DocumentId, conflict: DiskConflict): Promise<void>
  status(status: FileStatus): void
  gone(documentId: DocumentId): void
  /** its file is at another path now */
  renamed(documentId: DocumentId, path: string): void
  left(documentId: DocumentId): void
}
