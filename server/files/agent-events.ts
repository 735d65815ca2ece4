import { z } from 'zod'
import { documentId } from '#shared/api/id.ts'

/** The form of what agents send. The token lies where anyone with a shell can read it, so nothing is taken on trust. */
const path = z.string().min(1).max(4096)
const seq = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

const entry = z.object({
  path,
  kind: z.enum(['file', 'folder', 'link', 'other']),
  size: z.number().min(0),
  mtimeMs: z.number(),
  isIgnored: z.boolean().exactOptional(),
})

export const snapshotEvent = z.object({ revision: seq, entries: z.array(entry).max(5_000) })
export const deltaEvent = z.object({
  fromRevision: seq,
  revision: seq,
  upserts: z.array(entry).max(200_000),
  removes: z.array(path).max(200_000),
})
export const statusEvent = z.object({
  documentId,
  status: z.enum(['on-disk', 'writing', 'failed']),
  message: z.string().max(200).exactOptional(),
  seq: seq.exactOptional(),
})
export const documentEvent = z.object({ documentId })
export const headCall = z.object({ documentId, sha256 })
export const seedCall = z.object({
  documentId,
  offset: seq,
  bytes: z.instanceof(Uint8Array),
  isLast: z.boolean(),
})
export const intendCall = z.object({ documentId, seq, sha256 })
export const setCall = z.object({ documentId, seq, sha256, lineEndings: z.string().max(1 << 20) })
export const textCall = z.object({ documentId, seq })
