import { AppError } from '#shared/errors.ts'
import type { DocumentId } from '#shared/ids.ts'
import type {
  AmendRow,
  AppendRequest,
  AppendResult,
  ClientClaim,
  Compaction,
  DocumentLog,
  HistorySlice,
  LogRow,
  LogTransaction,
  Origin,
  StoredDocument,
} from './document-log.ts'

interface MemoryDocument {
  headSeq: number
  snapshotSeq: number
  snapshot: Uint8Array | null
  rows: (LogRow & { readonly origin: Origin })[]
  archived: LogRow[]
  keyframes: { seq: number; bytes: Uint8Array }[]
  claims: Map<number, string>
  isLocked: boolean
}

const storedOf = (document: MemoryDocument): StoredDocument => ({
  ...document,
  rows: [...document.rows],
  claims: [...document.claims].map(([clientId, userId]): ClientClaim => ({ clientId, userId })),
})

const NO_TABLES = {
  query: () => Promise.reject(new Error('the log in memory has no tables beside it')),
} as unknown as LogTransaction

export interface MemoryLog extends DocumentLog {
  createDocument(documentId: DocumentId): void
  removeDocument(documentId: DocumentId): void
  /** as if another transaction held the document's head */
  setLocked(documentId: DocumentId, isLocked: boolean): void
}

/** The log in memory, for tests and the simulation: the same contract as on PostgreSQL. */
export function createMemoryLog(now: () => number): MemoryLog {
  const documents = new Map<DocumentId, MemoryDocument>()

  const appendOne = (request: AppendRequest): AppendResult => {
    const document = documents.get(request.documentId)
    if (document === undefined) return { status: 'missing' }
    const { bootId, firstOrdinal } = request.origin
    const earlier = document.rows.find((r) => r.origin.bootId === bootId && r.origin.firstOrdinal === firstOrdinal)
    if (earlier !== undefined) return { status: 'committed', seq: earlier.seq }
    if (document.isLocked) return { status: 'locked' }
    if (request.isSeed !== (document.headSeq === 0)) return { status: 'refused' }
    const seq = ++document.headSeq
    const { bytes, userIds, origin } = request
    document.rows.push({ seq, bytes: bytes.slice(), userIds, origin, at: now() })
    for (const claim of request.claims) {
      if (!document.claims.has(claim.clientId)) document.claims.set(claim.clientId, claim.userId)
    }
    return { status: 'committed', seq }
  }

  return {
    createDocument(documentId) {
      documents.set(documentId, {
        headSeq: 0,
        snapshotSeq: 0,
        snapshot: null,
        rows: [],
        archived: [],
        keyframes: [],
        claims: new Map(),
        isLocked: false,
      })
    },
    removeDocument: (documentId) => void documents.delete(documentId),
    setLocked(documentId, isLocked) {
      const document = documents.get(documentId)
      if (document !== undefined) document.isLocked = isLocked
    },
    append: async (batch) => batch.map(appendOne),
    async amend(documentId, work) {
      const document = documents.get(documentId)
      if (document === undefined) throw new AppError('not_found')
      if (document.isLocked) throw new AppError('unavailable')
      const written: AmendRow[] = []
      document.isLocked = true
      try {
        const value = await work({
          stored: storedOf(document),
          tx: NO_TABLES,
          append(row) {
            if (document.headSeq === 0) return Promise.reject(new AppError('unavailable'))
            written.push(row)
            return Promise.resolve(document.headSeq + written.length)
          },
        })
        document.isLocked = false
        for (const row of written) {
          const origin = { bootId: `amended ${document.headSeq}`, firstOrdinal: 1, lastOrdinal: 1 }
          appendOne({ ...row, documentId, origin, isSeed: false })
        }
        return value
      } finally {
        document.isLocked = false
      }
    },
    async load(documentId): Promise<StoredDocument | null> {
      const document = documents.get(documentId)
      return document === undefined ? null : storedOf(document)
    },
    async compact({ documentId, expectedSnapshotSeq, seq, snapshot, isKeyframe }: Compaction) {
      const document = documents.get(documentId)
      if (document === undefined || document.snapshotSeq !== expectedSnapshotSeq || seq <= expectedSnapshotSeq)
        return false
      document.archived.push(...document.rows.filter((row) => row.seq <= seq))
      document.rows = document.rows.filter((row) => row.seq > seq)
      document.snapshotSeq = seq
      document.snapshot = snapshot.slice()
      if (isKeyframe) document.keyframes.push({ seq, bytes: document.snapshot })
      return true
    },
    async history(documentId, seq): Promise<HistorySlice | null> {
      const document = documents.get(documentId)
      if (document === undefined || seq > document.headSeq || seq < 0) return null
      const frames = [...document.keyframes]
      if (document.snapshot !== null) frames.push({ seq: document.snapshotSeq, bytes: document.snapshot })
      const base = frames.filter((frame) => frame.seq <= seq).at(-1)
      const rows = [...document.archived, ...document.rows].filter(
        (row) => row.seq > (base?.seq ?? 0) && row.seq <= seq,
      )
      return { base: base?.bytes ?? null, updates: rows.map((row) => row.bytes) }
    },
  }
}
