import type { DocumentId } from '#shared/ids.ts'
import type { FileBaseRecord, FileStatus } from '#shared/protocol/agent.ts'

/** What the agent asks of the server about one document; each throws AppError, also when nobody answers. */
export interface ServerCalls {
  head(documentId: DocumentId, sha256: string): Promise<{ seq: number; text: string | null }>
  seed(documentId: DocumentId, text: string): Promise<{ isSeeded: boolean }>
  baseGet(documentId: DocumentId): Promise<FileBaseRecord | null>
  baseIntend(input: { documentId: DocumentId; seq: number; sha256: string }): Promise<void>
  baseSet(input: { documentId: DocumentId; seq: number; sha256: string; lineEndings: string }): Promise<void>
  baseText(documentId: DocumentId, seq: number): Promise<string>
  status(status: FileStatus): void
  gone(documentId: DocumentId): void
  left(documentId: DocumentId): void
}
