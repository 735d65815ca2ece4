import type { Actor } from '#shared/access/actor.ts'
import { AppError, ERRORS } from '#shared/errors.ts'
import type { ImportId, UserId } from '#shared/ids.ts'
import type { ImportStatus } from '#shared/protocol/events.ts'
import type { Logger } from '#server/platform/log.ts'
import { newId } from '#server/platform/tokens.ts'
import { appCodeOf } from '#server/platform/trpc.ts'
import type { Staging } from './folders.ts'
import { type ArchiveKind, archiveKindOf, checkGitUrl } from './import-sources.ts'
import type { Publisher } from './publish.ts'
import { receiveUpload, type UploadBody } from './receive-upload.ts'
import { type Requester, userOf } from './workspace-lock.ts'

export interface ImportLimits {
  /** the archive as received */
  readonly archiveBytes: number
  /** all files together, unpacked */
  readonly totalBytes: number
  readonly entries: number
  /** imports one person may have under way at once */
  readonly concurrentPerUser: number
}

export const DEFAULT_LIMITS: ImportLimits = {
  archiveBytes: 512 * 2 ** 20,
  totalBytes: 2 * 2 ** 30,
  entries: 100_000,
  concurrentPerUser: 2,
}

export type UnpackArchive = (job: {
  file: string
  kind: ArchiveKind
  targetDir: string
  limits: { archiveBytes: number; totalBytes: number; entries: number }
  signal: AbortSignal
  onProgress: (progress: { stage: 'receiving'; receivedBytes: number } | { stage: 'unpacking'; files: number }) => void
}) => Promise<{ files: number; renamed: readonly string[] }>

export type CloneGit = (job: {
  url: string
  targetDir: string
  signal: AbortSignal
  onProgress: (progress: { percent: number | null; stage: string }) => void
}) => Promise<{ files: number }>

interface ImportDeps {
  readonly publisher: Publisher
  readonly unpackArchive: UnpackArchive
  readonly cloneGit: CloneGit
  readonly limits: ImportLimits
  readonly allowFileGitUrls: boolean
  readonly onStatus: (importId: ImportId, userId: UserId, status: ImportStatus) => void
  readonly log: Logger
  readonly now: () => number
}

interface Import {
  readonly id: ImportId
  readonly userId: UserId
  readonly by: Requester
  readonly name: string
  /** null: a git import, which takes no upload */
  readonly archive: ArchiveKind | null
  readonly abort: AbortController
  readonly startedAt: number
  status: ImportStatus
  toldAt: number
  /** resolves when nothing of the attempt is under way any more; null before the upload begins */
  run: Promise<void> | null
}

type Filled = { readonly files: number; readonly renamed: readonly string[] }

const PROGRESS_INTERVAL_MS = 100
const UPLOAD_MUST_BEGIN_WITHIN_MS = 15 * 60_000
const REMEMBER_FINISHED_MS = 60 * 60_000

export type Imports = ReturnType<typeof createImports>

/** Imports under way on this server. Only whoever began one may watch, feed or cancel it. */
export function createImports(deps: ImportDeps) {
  const { publisher, limits, log, now } = deps
  const imports = new Map<ImportId, Import>()

  function tell(item: Import, status: ImportStatus): void {
    const isStep = status.status !== item.status.status
    item.status = status
    // Progress is for eyes; each step and each ending is told.
    if (!isStep && now() - item.toldAt < PROGRESS_INTERVAL_MS) return
    item.toldAt = now()
    deps.onStatus(item.id, item.userId, status)
  }

  function own(actor: Actor, id: ImportId): Import {
    const item = imports.get(id)
    if (!item || actor.type !== 'user' || item.userId !== actor.userId) throw new AppError('not_found')
    return item
  }

  /** Forgets what ended long ago and gives up on uploads that never began. */
  function expire(): void {
    for (const item of imports.values()) {
      const age = now() - item.startedAt
      if (!isFinished(item.status) && item.run === null && age > UPLOAD_MUST_BEGIN_WITHIN_MS)
        tell(item, { status: 'cancelled' })
      if (isFinished(item.status) && age > REMEMBER_FINISHED_MS) imports.delete(item.id)
    }
  }

  function begin(by: Requester, name: string, archive: ArchiveKind | null, status: ImportStatus): Import {
    expire()
    const { userId } = userOf(by.actor)
    const underWay = imports.values().filter((item) => item.userId === userId && !isFinished(item.status))
    if (underWay.toArray().length >= limits.concurrentPerUser) throw new AppError('rate_limited')
    const at = now()
    const item: Import = {
      id: newId<ImportId>(),
      userId,
      by,
      name,
      archive,
      abort: new AbortController(),
      startedAt: at,
      status,
      toldAt: at,
      run: null,
    }
    imports.set(item.id, item)
    return item
  }

  /** Never rejects: how it ended is the import's status. */
  async function run(item: Import, source: string, fill: (staging: Staging) => Promise<Filled>): Promise<void> {
    try {
      const facts = { name: item.name, source, stagingId: item.id }
      const { workspaceId, filled } = await publisher.make(item.by, facts, async (staging) => {
        item.abort.signal.throwIfAborted()
        const filled = await fill(staging)
        // The last moment to cancel: from here on the workspace appears.
        item.abort.signal.throwIfAborted()
        return filled
      })
      tell(item, { status: 'done', workspaceId, ...filled })
    } catch (error) {
      const code = item.abort.signal.aborted ? 'cancelled' : appCodeOf(error)
      if (code === 'internal') log.error({ err: error, importId: item.id }, 'import failed')
      tell(item, code === 'cancelled' ? { status: 'cancelled' } : { status: 'failed', code, message: ERRORS[code].en })
    }
  }

  return {
    startArchive(by: Requester, { name, fileName }: { name: string; fileName: string }): { importId: ImportId } {
      const status: ImportStatus = { status: 'receiving', receivedBytes: 0, totalBytes: null }
      return { importId: begin(by, name, archiveKindOf(fileName), status).id }
    },

    startGit(by: Requester, { name, url }: { name: string; url: string }): { importId: ImportId } {
      const address = checkGitUrl(url, deps.allowFileGitUrls)
      const item = begin(by, name, null, { status: 'cloning', percent: null, stage: '' })
      item.run = run(item, 'git', async (staging) => {
        const { files } = await deps.cloneGit({
          url: address,
          targetDir: staging.files,
          signal: item.abort.signal,
          onProgress: ({ percent, stage }) => tell(item, { status: 'cloning', percent, stage }),
        })
        return { files, renamed: [] }
      })
      return { importId: item.id }
    },

    /** Takes the archive's bytes and resolves when all are here; unpacking goes on by itself. */
    async receive(actor: Actor, id: ImportId, body: UploadBody, totalBytes: number | null): Promise<void> {
      const item = own(actor, id)
      const { archive, abort } = item
      if (archive === null || item.run !== null || isFinished(item.status)) throw new AppError('conflict')
      const received = Promise.withResolvers<void>()
      item.run = run(item, 'archive', async (staging) => {
        try {
          const onProgress = (receivedBytes: number) => tell(item, { status: 'receiving', receivedBytes, totalBytes })
          const limitBytes = limits.archiveBytes
          await receiveUpload(body, staging.upload, { totalBytes, limitBytes, signal: abort.signal, onProgress })
        } catch (error) {
          received.reject(error)
          throw error
        }
        received.resolve()
        tell(item, { status: 'unpacking', files: 0 })
        return deps.unpackArchive({
          file: staging.upload,
          kind: archive,
          targetDir: staging.files,
          limits,
          signal: abort.signal,
          onProgress: (progress) => {
            if (progress.stage === 'unpacking') tell(item, { status: 'unpacking', files: progress.files })
          },
        })
      })
      // Where not even the staging folder could be made, nothing above was reached.
      void item.run.then(() => received.reject(new AppError('unavailable')))
      await received.promise
    },

    status: (actor: Actor, id: ImportId): ImportStatus => own(actor, id).status,

    /** Resolves when nothing of the attempt is left, with how it really ended: it may have been done just before. */
    async cancel(actor: Actor, id: ImportId): Promise<ImportStatus> {
      const item = own(actor, id)
      if (isFinished(item.status)) return item.status
      item.abort.abort(new AppError('cancelled'))
      if (item.run === null) tell(item, { status: 'cancelled' })
      await item.run
      return item.status
    },

    expire,

    async close(): Promise<void> {
      for (const item of imports.values()) item.abort.abort(new AppError('cancelled'))
      for (const item of imports.values()) await item.run
    },
  }
}

function isFinished(status: ImportStatus): boolean {
  switch (status.status) {
    case 'receiving':
    case 'unpacking':
    case 'cloning':
      return false
    case 'done':
    case 'failed':
    case 'cancelled':
      return true
  }
}
