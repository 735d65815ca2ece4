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
  LogRange,
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

  const rangeOf = (documentId: DocumentId, from: number, to: number): LogRange | null => {
    const document = documents.get(documentId)
    if (document === undefined || from < 0 || from > to || to > document.headSeq) return null
    const frames = [...document.keyframes]
    if (document.snapshot !== null) frames.push({ seq: document.snapshotSeq, bytes: document.snapshot })
    const base = frames.filter((frame) => frame.seq <= from).at(-1)
    const baseSeq = base?.seq ?? 0
    const rows = [...document.archived, ...document.rows].filter((row) => row.seq > baseSeq && row.seq <= to)
    return { baseSeq, base: base?.bytes ?? null, rows }
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
      const found = rangeOf(documentId, seq, seq)
      return found === null ? null : { base: found.base, updates: found.rows.map((row) => row.bytes) }
    },
    range: async (documentId, from, to) => rangeOf(documentId, from, to),
    async facts(documentId, before) {
      const document = documents.get(documentId)
      const rows = [...(document?.archived ?? []), ...(document?.rows ?? [])]
      return rows.filter((row) => row.seq < before).map(({ seq, at, userIds }) => ({ seq, at, userIds }))
    },
  }
}
