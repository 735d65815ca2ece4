import { z } from 'zod'
import type { TreeSnapshot } from '../protocol/agent.ts'
import { documentId, workspaceId } from './id.ts'
import type { WorkspaceInfo } from './workspaces.ts'

/** Cheap form check at the border; shared/paths.ts normalises, the agent has the last word. */
export const path = z.string().min(1).max(4096)

/** One file as it is uploaded. */
export const UPLOAD_MAX_BYTES = 512 << 20

export const listInput = z.strictObject({ workspaceId, path })
export const openInput = z.strictObject({ workspaceId, path })
export const createFileInput = z.strictObject({ workspaceId, path, kind: z.enum(['file', 'folder']) })
export const renameFileInput = z.strictObject({ workspaceId, from: path, to: path })
export const pathInput = z.strictObject({ workspaceId, path })
export const restoreInput = z.strictObject({ workspaceId, trashId: z.string().max(64) })
export const keepInput = z.strictObject({ workspaceId, documentId })
export const settleInput = z.strictObject({ workspaceId, documentIds: z.array(documentId).max(200) })

/** Tabs of somebody who comes back; `documentId` where the file was open then. */
export const locateInput = z.strictObject({
  workspaceId,
  tabs: z.array(z.strictObject({ path, documentId: documentId.nullable() })).max(200),
})

/** What has become of a file that somebody had open. */
export interface LocatedFile {
  /** something can be opened by its path, or nobody can tell just now */
  readonly isThere: boolean
  /** where its document is now, under another name */
  readonly movedTo: string | null
}

export const resumeInput = z.strictObject({ workspaceId, isAccepted: z.boolean() })

export const deletedInput = z.strictObject({ workspaceId })
export const restoreDeletedInput = z.strictObject({ workspaceId, documentId })

/** A file that is no longer on the disk and whose text is still kept. */
export interface DeletedFile {
  readonly documentId: string
  /** what it was called */
  readonly path: string
  /** epoch milliseconds; null where a program removed it while nobody had it open */
  readonly deletedAt: number | null
  /** null: a program, or somebody whose account is gone */
  readonly deletedBy: { readonly name: string; readonly color: number } | null
  /** epoch milliseconds of the last change that is known */
  readonly editedAt: number | null
  /** the last moment of its history */
  readonly seq: number
}

/** Why disk and documents are kept apart until people decide; what is typed is saved all the same. */
export type FilesHold =
  | { readonly reason: 'missing'; readonly known: number; readonly gone: number }
  | { readonly reason: 'wrong-volume' }

export type AgentStatus = WorkspaceInfo['agent']

/** What `GET /api/workspaces/:workspaceId/tree` answers. */
export interface TreeAnswer extends TreeSnapshot {
  readonly agent: AgentStatus
  readonly hold: FilesHold | null
}

export interface OpenedDocument {
  readonly documentId: string
  readonly path: string
  readonly epoch: number
  readonly size: number
  /** over 1 MiB: opened without language features (K6) */
  readonly isLarge: boolean
}
