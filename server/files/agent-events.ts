import { z } from 'zod'
import { documentId } from '#shared/api/id.ts'
import { AGENT_CHUNK_BYTES, CONFLICT_LIMITS, TREE_PART_ENTRIES } from '#shared/protocol/agent.ts'
import { diskPath, diskPaths, treeEntries, treeMoves } from './agent-forms.ts'

/** The form of what agents say by themselves; their answers are in agent-answers.ts. */
const seq = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

const DELTA_MAX_ENTRIES = 100_000

export const snapshotEvent = z.object({ revision: seq, entries: treeEntries(TREE_PART_ENTRIES) })
export const deltaEvent = z.object({
  fromRevision: seq,
  revision: seq,
  upserts: treeEntries(DELTA_MAX_ENTRIES),
  removes: diskPaths(DELTA_MAX_ENTRIES),
  renamed: treeMoves(DELTA_MAX_ENTRIES).exactOptional(),
  by: z.enum(['disk', 'git']).exactOptional(),
})
export const statusEvent = z.object({
  documentId,
  status: z.enum(['on-disk', 'writing', 'failed']),
  message: z.string().max(200).exactOptional(),
  seq: seq.exactOptional(),
})
export const documentEvent = z.object({ documentId })
export const renamedEvent = z.object({ documentId, path: diskPath })
export const originEvent = z
  .object({
    documentId,
    fromSeq: seq,
    toSeq: seq,
    commit: z.object({ hash: z.string().regex(/^[0-9a-f]{40,64}$/), subject: z.string().max(400) }),
  })
  .refine(({ fromSeq, toSeq }) => fromSeq < toSeq)
const anchor = z.instanceof(Uint8Array).refine(({ length }) => length <= CONFLICT_LIMITS.anchorBytes)
const conflictText = z.string().max(CONFLICT_LIMITS.textUnits)
export const conflictCall = z.object({
  documentId,
  conflict: z.object({
    start: anchor,
    end: anchor,
    base: conflictText,
    document: conflictText,
    disk: conflictText,
    merged: conflictText,
  }),
})
export const headCall = z.object({ documentId, sha256 })
export const seedCall = z.object({
  documentId,
  offset: seq,
  bytes: z.instanceof(Uint8Array).refine((bytes) => bytes.length <= AGENT_CHUNK_BYTES),
  isLast: z.boolean(),
})
export const intendCall = z.object({ documentId, seq, sha256 })
export const setCall = z.object({ documentId, seq, sha256, lineEndings: z.string().max(1 << 20) })
export const textCall = z.object({ documentId, seq })
