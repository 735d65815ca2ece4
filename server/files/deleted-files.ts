import type pg from 'pg'
import type { DeletedFile } from '#shared/api/files.ts'
import { AppError } from '#shared/errors.ts'
import type { DocumentId, WorkspaceId } from '#shared/ids.ts'
import { joinLineEndings } from '#shared/line-endings.ts'
import { joinPath, nameOf, numberedName, parentOf } from '#shared/paths.ts'
import { AGENT_CHUNK_BYTES } from '#shared/protocol/agent.ts'
import { newId } from '#server/platform/tokens.ts'
import type { AgentGateway } from './agent-gateway.ts'
import { createDeletedRows, type DeletedRow } from './deleted-rows.ts'
import type { Asking, Files, RecordFiles } from './files.ts'
import type { TreeStore } from './tree-store.ts'
import type { VolumeGuard } from './volume-guard.ts'

/** What the sync engine does for files that are gone. */
export interface TextPort {
  readText(documentId: DocumentId): Promise<{ readonly text: string; readonly seq: number }>
  textAt(documentId: DocumentId, seq: number): Promise<string>
}

export interface DeletedFiles {
  list(workspaceId: WorkspaceId): Promise<DeletedFile[]>
  /** Answers the path it has now. Throws not_found for a file that is not gone, or not of this workspace. */
  restore(by: Asking, workspaceId: WorkspaceId, documentId: DocumentId): Promise<string>
}

const MAX_LISTED = 500
const MAX_NUMBER = 100
const isTaken = (error: unknown): boolean =>
  error instanceof AppError && (error.code === 'path_exists' || error.code === 'name_conflict')

/** Files that are no longer on the disk: their documents and logs stay, so that each can be made again. */
export function createDeletedFiles(options: {
  pool: pg.Pool
  files: Pick<Files, 'requireAgent'>
  gateway: Pick<AgentGateway, 'call' | 'isConnected'>
  sync: TextPort
  trees: Pick<TreeStore, 'find' | 'revisionOf'>
  guard: Pick<VolumeGuard, 'holdOf' | 'require'>
  record: RecordFiles
}): DeletedFiles {
  const { files, gateway, sync, trees, guard, record } = options
  const rows = createDeletedRows(options.pool)

  /** The tree does not look into ignored folders: nothing is known of what lies there. */
  const isInIgnored = (workspaceId: WorkspaceId, path: string): boolean => {
    for (let at = parentOf(path); at !== ''; at = parentOf(at))
      if (trees.find(workspaceId, at)?.isIgnored === true) return true
    return false
  }
  const isThere = async (workspaceId: WorkspaceId, path: string): Promise<boolean> => {
    try {
      const { entry } = await gateway.call(workspaceId, 'files.stat', { path })
      return entry.kind !== 'folder'
    } catch (error) {
      if (error instanceof AppError && error.code === 'path_not_found') return false
      throw error
    }
  }

  /**
   * Programs remove files that nobody has open, and bring others back: then the tree knows better than the row, but may
   * be a moment behind, so that the agent is asked where the two differ. A disk that is held tells nothing.
   */
  const isGone = async (workspaceId: WorkspaceId, row: DeletedRow): Promise<boolean> => {
    if (row.isDisplaced) return true
    const isMarked = row.deletedAt !== null
    if (trees.revisionOf(workspaceId) === null || guard.holdOf(workspaceId) !== null) return isMarked
    const entry = trees.find(workspaceId, row.realPath)
    const isMissing = entry === null || entry.kind === 'folder'
    if (isMarked === isMissing || !gateway.isConnected(workspaceId)) return isMarked
    if (isMissing && isInIgnored(workspaceId, row.realPath)) return false
    try {
      return !(await isThere(workspaceId, row.realPath))
    } catch {
      // Nobody can tell now.
      return isMarked
    }
  }

  const bytesOf = async (row: DeletedRow): Promise<Buffer> => {
    const { text } = await sync.readText(row.id)
    const { lineEndings, baseSeq } = row
    const isMixed = lineEndings.includes('*')
    const baseText = isMixed ? await sync.textAt(row.id, baseSeq).catch(() => null) : text
    // Without the text they belong to, mixed endings say nothing; LF is right for every line.
    const { raw } = joinLineEndings(
      text,
      baseText === null ? { text, lineEndings: 'lf' } : { text: baseText, lineEndings },
    )
    return Buffer.from(row.bom ? `\uFEFF${raw}` : raw)
  }

  /** Throws path_exists or name_conflict where the name is taken. */
  const put = async (workspaceId: WorkspaceId, path: string, bytes: Buffer): Promise<void> => {
    const uploadId = newId<string>()
    for (let offset = 0; ; offset += AGENT_CHUNK_BYTES) {
      const chunk = bytes.subarray(offset, offset + AGENT_CHUNK_BYTES)
      const isLast = offset + chunk.length >= bytes.length
      const part = { uploadId, path, offset, bytes: chunk, isLast, ifExists: 'refuse' as const }
      await gateway.call(workspaceId, 'files.upload', part)
      if (isLast) return
    }
  }

  /** The document has its name before the file is there, so that whoever opens that finds this document. */
  const putUnderFreeName = async (workspaceId: WorkspaceId, row: DeletedRow, bytes: Buffer): Promise<string> => {
    for (let n = 1; n <= MAX_NUMBER; n++) {
      const name = nameOf(row.realPath)
      const path = joinPath(parentOf(row.realPath), n === 1 ? name : numberedName(name, n))
      if (!(await rows.claim(workspaceId, row.id, path))) continue
      try {
        await put(workspaceId, path, bytes)
        return path
      } catch (error) {
        await rows.giveBack(row)
        if (!isTaken(error)) throw error
      }
    }
    throw new AppError('path_exists')
  }

  /** Makes the file of a document that somebody still has open; false where its agent does not have it. */
  const keepOpen = async (workspaceId: WorkspaceId, row: DeletedRow): Promise<boolean> => {
    try {
      await gateway.call(workspaceId, 'documents.keep', { documentId: row.id })
      return true
    } catch (error) {
      // Where its folder went, too, both are made as any other file is.
      if (error instanceof AppError && (error.code === 'not_found' || error.code === 'path_not_found')) return false
      throw error
    }
  }

  const turns = new Map<DocumentId, Promise<string>>()
  const makeAgain: DeletedFiles['restore'] = async (by, workspaceId, documentId) => {
    await files.requireAgent(workspaceId)
    await guard.require(workspaceId)
    const row = (await rows.all(workspaceId)).find(({ id }) => id === documentId)
    if (row === undefined || !(await isGone(workspaceId, row))) throw new AppError('not_found')
    if (!row.isDisplaced && (await isThere(workspaceId, row.realPath))) throw new AppError('path_exists')
    const isKept = !row.isDisplaced && (await keepOpen(workspaceId, row))
    const path = isKept ? row.realPath : await putUnderFreeName(workspaceId, row, await bytesOf(row))
    await rows.setBack(documentId)
    await record(by, { action: 'file.restored', workspaceId, targetId: documentId, details: { documents: 1 } })
    return path
  }

  return {
    async list(workspaceId) {
      const all = await rows.all(workspaceId)
      const areGone = await Promise.all(all.map((row) => isGone(workspaceId, row)))
      const gone = all.filter((_, i) => areGone[i]).slice(0, MAX_LISTED)
      const editedAt = await rows.lastEdits(gone.map(({ id }) => id))
      return gone.map(({ id, realPath, deletedAt, deletedBy, headSeq }): DeletedFile => ({
        documentId: id,
        path: realPath,
        deletedAt,
        deletedBy,
        editedAt: editedAt.get(id) ?? null,
        seq: headSeq,
      }))
    },

    restore(by, workspaceId, documentId) {
      // Of two who want the same file, the second finds it there.
      const run = async (): Promise<string> => makeAgain(by, workspaceId, documentId)
      const turn = (turns.get(documentId) ?? Promise.resolve('')).then(run, run)
      turns.set(documentId, turn)
      const end = (): void => {
        if (turns.get(documentId) === turn) turns.delete(documentId)
      }
      turn.then(end, end)
      return turn
    },
  }
}
