import path from 'node:path'
import { AppError } from '#shared/errors.ts'
import type { DocumentId } from '#shared/ids.ts'
import type { FileBaseRecord } from '#shared/protocol/agent.ts'
import { mergeEdits } from '#shared/text-merge.ts'
import { lstatOrNull, withLocated } from '../fs/locate.ts'
import type { ServerCalls } from '../server-calls.ts'
import { createDocumentReplica } from '../sync/document-replica.ts'
import type { MuxLink } from '../sync/mux-link.ts'
import { findAgreement } from './find-base.ts'
import type { MergedVersion, MergeJournal } from './merge-journal.ts'
import { type DiskFile, encodeText, type FileText, readTextFile, sha256 } from './text-file.ts'
import { readAside, removeAside, replaceFile } from './write-file.ts'

/** K4: written after this much quiet, and at most every WRITE_EVERY_MS while people type on. */
const QUIET_MS = 300
const WRITE_EVERY_MS = 2_000
const RETRY_MS = 1_000
const GIT_LOCK_MS = 10_000

/** One document and its file, kept together. */
export interface OpenDocument {
  readonly documentId: DocumentId
  /** real path, relative */
  path: string
  bom(): boolean
  /** true once document and disk agree, false when they cannot for now */
  settle(): Promise<boolean>
  /** something happened to the file */
  diskChanged(): void
  /** when somebody was last in it or changed it */
  lastUsed(): number
  isClean(): boolean
  close(): Promise<void>
}

export interface OpenDocumentOptions {
  readonly root: string
  readonly documentId: DocumentId
  readonly path: string
  readonly epoch: number
  readonly link: MuxLink
  readonly calls: ServerCalls
  readonly journal: MergeJournal
  /** the server refused the document for good: let it go */
  readonly onRefused: () => void
  readonly onError: (error: unknown) => void
}

const keyOf = (base: { readonly seq: number; readonly sha256: string } | null): string =>
  base === null ? '' : `${base.seq}:${base.sha256}`

/**
 * Joins the document, seeding it from the file where it is new, else merging what changed on the disk meanwhile.
 * Throws path_not_found, not_a_file, too_large, not_text, and what the server's calls throw.
 */
export async function openDocument(options: OpenDocumentOptions): Promise<OpenDocument> {
  const { root, documentId, calls, journal } = options
  let filePath = options.path
  /** what the disk held when we last read or wrote it; its text is part of the document's past */
  let disk: FileText
  let baseKey = ''
  let isDirty = false
  let isGone = false
  let isClosed = false
  let hasFailed = false
  let firstDirtyAt = 0
  let lastUsed = Date.now()
  let timer: NodeJS.Timeout | null = null

  // One thing at a time: reading, merging and writing of one file never overlap.
  let queue: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(task: () => Promise<T>): Promise<T> => {
    const result = queue.then(task)
    queue = result.catch(() => {
      // Told to whoever asked for the task.
    })
    return result
  }

  const locate = <T>(use: Parameters<typeof withLocated<T>>[3]): Promise<T> =>
    withLocated(root, filePath, { follow: true }, use)

  const onChange = (): void => {
    lastUsed = Date.now()
    if (!isDirty) firstDirtyAt = lastUsed
    isDirty = true
    schedule(Math.max(0, Math.min(QUIET_MS, firstDirtyAt + WRITE_EVERY_MS - lastUsed)))
  }

  const schedule = (delayMs: number): void => {
    if (timer !== null) clearTimeout(timer)
    timer = isClosed ? null : setTimeout(() => void settle(), delayMs)
  }

  /** Disk and document agree: what was merged before is history. */
  const setBase = async (seq: number, file: FileText): Promise<void> => {
    await calls.baseSet({ documentId, seq, sha256: file.sha256, lineEndings: file.lineEndings })
    baseKey = keyOf({ seq, sha256: file.sha256 })
    await journal.remove(documentId)
  }

  /** Brings what the disk holds into the document; both sides' work survives (K2). */
  const merge = async (theirs: FileText, baseText: string): Promise<void> => {
    const edits = mergeEdits(baseText, replica.text(), theirs.text)
    const updates = replica.plan(edits)
    await journal.write(documentId, { sha256: theirs.sha256, baseKey, text: theirs.text, updates })
    replica.apply(updates, 'disk')
    await replica.whenSaved()
    isDirty = true
  }

  /** A program writes while git holds its lock: it will soon write again. */
  const gitIsWorking = async (): Promise<boolean> =>
    firstDirtyAt + GIT_LOCK_MS > Date.now() && (await lstatOrNull(path.join(root, '.git/index.lock'))) !== null

  const readDisk = (): Promise<DiskFile> => locate(readTextFile)

  /** Takes in what others wrote to the file since we last looked. Answers what is there now. */
  const takeDisk = async (): Promise<DiskFile> => {
    const now = await readDisk()
    if (now.sha256 !== disk.sha256) {
      await merge(now, disk.text)
      disk = now
    }
    // Back again: people are to hear that it is on the disk.
    if (isGone) isDirty = true
    isGone = false
    return now
  }

  const writeBack = async (): Promise<void> => {
    const now = await takeDisk()
    isDirty = false
    const own = replica.text()
    const head = await calls.head(documentId, sha256(own))
    const { bytes, file } = encodeText(head.text ?? own, disk)
    if (file.sha256 !== now.sha256) {
      calls.status({ documentId, status: 'writing' })
      await calls.baseIntend({ documentId, seq: head.seq, sha256: file.sha256 })
      await locate(async (located) => {
        const replaced = await replaceFile({ located, documentId, bytes, expected: now })
        const before = disk.text
        disk = file
        if (replaced === null) return
        await merge(replaced, before)
        await removeAside(located, documentId)
      })
    }
    await setBase(head.seq, file)
    calls.status({ documentId, status: 'on-disk', seq: head.seq })
  }

  const fail = (error: unknown): void => {
    const isMissing = error instanceof AppError && error.code === 'path_not_found'
    if (isMissing && !isGone) {
      isGone = true
      calls.gone(documentId)
    }
    if (!hasFailed || isMissing) {
      const message = error instanceof AppError ? error.code : 'internal'
      calls.status({ documentId, status: 'failed', message })
    }
    hasFailed = true
    if (!(error instanceof AppError)) options.onError(error)
    // A file that was deleted is not made again behind people's backs; its return is told by the watcher.
    if (!isMissing) schedule(RETRY_MS)
  }

  const settle = (): Promise<boolean> =>
    inTurn(async () => {
      if (isClosed) return !isDirty
      if (!isDirty) return true
      if (await gitIsWorking()) {
        schedule(200)
        return false
      }
      try {
        // Twice at most: what is typed on while we write comes with the next turn.
        await writeBack()
        hasFailed = false
        if (isDirty) schedule(QUIET_MS)
        return !isDirty
      } catch (error) {
        isDirty = true
        fail(error)
        return false
      }
    })

  /** A write that was cut off may have left another program's version aside: it is merged first. */
  const takeAside = (baseSeq: number, merged: MergedVersion | null): Promise<void> =>
    locate(async (located) => {
      const aside = await readAside(located, documentId)
      if (aside !== null && aside.sha256 !== disk.sha256 && aside.sha256 !== merged?.sha256) {
        const base = await calls.baseText(documentId, baseSeq)
        if (aside.text !== base) await merge(aside, base)
      }
      await removeAside(located, documentId)
    })

  const agree = async (base: FileBaseRecord | null, merged: MergedVersion | null): Promise<void> => {
    const agreement = await findAgreement({ calls, documentId, base, disk, merged })
    if (agreement.status === 'changed') await merge(disk, agreement.baseText)
    else if (base?.sha256 !== disk.sha256) await setBase(agreement.seq, disk)
  }

  /** Seeds what is new; merges what changed while nobody had it open (K7); a cut-off write is finished or taken back. */
  const join = async (): Promise<void> => {
    const head = await calls.head(documentId, sha256(disk.text))
    const isSeeded = head.seq === 0 && (await calls.seed(documentId, disk.text)).isSeeded
    if (isSeeded) await setBase(1, disk)
    await replica.whenSaved()
    if (!isSeeded) {
      const base = await calls.baseGet(documentId)
      baseKey = keyOf(base)
      const written = await journal.read(documentId)
      const merged = written?.baseKey === baseKey ? written : null
      if (merged !== null) {
        replica.apply(merged.updates, 'disk')
        await replica.whenSaved()
      }
      await takeAside(Math.max(1, base?.seq ?? 1), merged)
      if (merged?.sha256 !== disk.sha256) await agree(base, merged)
    }
    if (timer !== null) clearTimeout(timer)
    // Edits made while no agent was here.
    isDirty = replica.text() !== disk.text
    if (isDirty) return schedule(0)
    const { seq } = await calls.head(documentId, sha256(disk.text))
    calls.status({ documentId, status: 'on-disk', seq })
  }

  disk = await locate(async (located) => {
    filePath = located.path
    return readTextFile(located)
  })
  const replica = createDocumentReplica({
    link: options.link,
    documentId,
    epoch: options.epoch,
    onChange,
    onRefused: options.onRefused,
  })
  try {
    await inTurn(join)
  } catch (error) {
    isClosed = true
    if (timer !== null) clearTimeout(timer)
    replica.close()
    throw error
  }

  return {
    documentId,
    get path() {
      return filePath
    },
    set path(moved: string) {
      filePath = moved
    },
    bom: () => disk.bom,
    settle: async () => {
      // The newest edits may be in the log and not here yet: the server knows.
      isDirty = true
      return (await settle()) || (isDirty && !hasFailed ? settle() : false)
    },
    diskChanged: () => {
      void inTurn(async () => {
        if (isClosed) return
        try {
          await takeDisk()
          if (isDirty) schedule(0)
        } catch (error) {
          fail(error)
        }
      })
    },
    lastUsed: () => (replica.isShared() ? Date.now() : lastUsed),
    isClean: () => !isDirty,
    close: async () => {
      if (timer !== null) clearTimeout(timer)
      await settle()
      isClosed = true
      if (timer !== null) clearTimeout(timer)
      replica.close()
    },
  }
}
