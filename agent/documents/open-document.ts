import { AppError, type ErrorCode } from '#shared/errors.ts'
import type { DocumentId } from '#shared/ids.ts'
import type { Clock } from '../clock.ts'
import type { Disk, DiskPlace, FileFacts } from '../fs/disk.ts'
import { refusalOf } from '../fs/refusal.ts'
import type { ServerCalls } from '../server-calls.ts'
import { createDocumentReplica } from '../sync/document-replica.ts'
import type { MuxLink } from '../sync/mux-link.ts'
import { createAside } from './aside.ts'
import type { GitLock } from './git-lock.ts'
import { createHalfWritten, LOOK_AGAIN_MS, whenWritten } from './half-written.ts'
import { NotYet } from './not-yet.ts'
import { type Origins, tellOrigins } from './origins.ts'
import { createPrepared, freshOf } from './prepared.ts'
import { createPast, type Version } from './past.ts'
import { type DiskFile, encodeText, readTextFile, sha256, TEXT_MAX_BYTES } from './text-file.ts'
import type { VersionStore } from './version-store.ts'
import { finishInPlace, replaceFile } from './write-file.ts'

/** K4: written after this much quiet, and at most every WRITE_EVERY_MS while people type on. */
const QUIET_MS = 300
const WRITE_EVERY_MS = 2_000
const RETRY_MS = 1_000
const RETRY_MAX_MS = 10_000
/** Programs that replace a file by deleting and making it again are done by then; a rename is seen by then. */
const GONE_MS = 500
/** Programs that write back what they read take no longer than this from the one to the other. */
const WRITE_BACK_MS = 300

/** One document and its file, kept together. */
export interface OpenDocument {
  readonly documentId: DocumentId
  /** real path, relative */
  readonly path: string
  bom(): boolean
  /** what the file was when it was last read */
  identity(): FileFacts
  /** true once document and disk agree, false when they cannot for now */
  settle(): Promise<boolean>
  /** something happened to the file */
  diskChanged(): void
  /** Tells the state again: whoever was told may have forgotten. */
  announce(): void
  /** Holds reading and writing while its file is moved; `task` answers where it is then, null where it stays. */
  hold(task: () => Promise<string | null>): Promise<void>
  /** Makes a file that is gone again, with the document's text. Throws path_exists where something else is there. */
  keep(): Promise<void>
  /** when somebody was last in it or changed it */
  lastUsed(): number
  isClean(): boolean
  /** Lets it go without another write: its place is another file's now. */
  abandon(): void
  close(): Promise<void>
}

export interface OpenDocumentOptions {
  readonly disk: Disk
  readonly documentId: DocumentId
  readonly path: string
  readonly epoch: number
  readonly link: MuxLink
  readonly calls: ServerCalls
  readonly store: VersionStore
  readonly clock: Clock
  readonly gitLock: GitLock
  readonly newClientId?: (() => number) | undefined
  /** who can tell the commits that changes came from */
  readonly origins?: Origins | undefined
  /** Where the file that was at `path` is now; null: nowhere that is known. */
  readonly findMoved: (path: string, file: DiskFile) => Promise<string | null>
  /** this name is about to be written by us, so that nobody takes it for a stranger's doing */
  readonly onOwn?: ((path: string) => void) | undefined
  /** the server refused the document for good: let it go */
  readonly onRefused: () => void
  readonly onError: (error: unknown) => void
}

/** Waiting for somebody to change the file is all that helps; the watcher tells. */
const NEEDS_PEOPLE: ReadonlySet<ErrorCode> = new Set(['not_text', 'not_a_file', 'too_large', 'path_invalid'])

/**
 * Joins the document, seeding it from the file where it is new, else merging what changed on the disk meanwhile.
 * Throws path_not_found, not_a_file, too_large, not_text, and what the server's calls throw.
 */
export async function openDocument(options: OpenDocumentOptions): Promise<OpenDocument> {
  const { disk, documentId, calls, store, clock } = options
  let filePath = options.path
  /** we wrote, and could not say so yet */
  let owesBase = false
  /** what the disk held when we last read or wrote it; its text is part of the document's past */
  let file: DiskFile
  let version: Version
  /** what our last write took the place of, and when */
  let replaced: { readonly version: Version; readonly at: number } | null = null
  let isDirty = false
  let isClosed = false
  /** when the first edit came since we last wrote */
  let firstDirtyAt: number | null = null
  let lastUsed = clock.now()
  /** null: it is there */
  let missingSince: number | null = null
  let isGone = false
  let failure: string | null = null
  let retryMs = RETRY_MS
  let cancelWrite = (): void => {}
  let cancelLook = (): void => {}

  // One thing at a time: reading, merging and writing of one file never overlap.
  let queue: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(task: () => Promise<T>): Promise<T> => {
    const result = queue.then(task)
    queue = result.catch(() => {
      // Told to whoever asked for the task.
    })
    return result
  }

  const atFile = <T>(use: (place: DiskPlace) => Promise<T>): Promise<T> =>
    disk.locate(filePath, (place) => {
      // A link stands in the way now: whatever it leads to is another file.
      if (place.path !== filePath) throw new AppError('not_a_file')
      return use(place)
    })

  const scheduleWrite = (delayMs: number): void => {
    cancelWrite()
    if (!isClosed) cancelWrite = clock.after(delayMs, () => void settle())
  }
  const scheduleLook = (delayMs: number): void => {
    cancelLook()
    if (!isClosed) cancelLook = clock.after(delayMs, look)
  }

  const scheduleInPace = (): void => {
    const now = clock.now()
    firstDirtyAt ??= now
    scheduleWrite(Math.max(0, Math.min(QUIET_MS, firstDirtyAt + WRITE_EVERY_MS - now)))
  }

  const onChange = (): void => {
    lastUsed = clock.now()
    isDirty = true
    scheduleInPace()
  }

  /** Disk and document agree: what was merged before is history. */
  const setBase = async (seq: number): Promise<void> => {
    await calls.baseSet({ documentId, seq, sha256: file.sha256, lineEndings: file.lineEndings })
    past.agreed(seq, file.sha256)
    await prepared.keepOnly(null)
    owesBase = false
    await past.tellConflicts()
  }

  const isHalfWritten = createHalfWritten(clock)

  /**
   * A program that had read what we replaced just then writes it back unchanged, as `sed -i` does where nothing matches.
   * It knows nothing of what we wrote: that is not taken out, as it is where git brings the same bytes back.
   */
  const isWrittenBack = async (now: DiskFile): Promise<boolean> =>
    replaced?.version.sha256 === now.sha256 &&
    now.facts.mtimeMs <= replaced.at + WRITE_BACK_MS &&
    !(await options.gitLock.wroteSince(replaced.at))

  /** Takes in what others wrote to the file since we last looked. Answers what is there now. */
  const takeDisk = async (): Promise<DiskFile> => {
    if (await aside.restore(version)) isDirty = true
    const now = await atFile((place) => readTextFile(disk, place.at(place.name)))
    if (now.sha256 !== file.sha256) {
      if (isHalfWritten(now, file)) throw new NotYet()
      version = (await isWrittenBack(now)) ? await past.returned(replaced!.version) : await past.bring(now, version)
      isDirty = true
    }
    file = now
    // Back again: people are to hear that it is on the disk.
    if (missingSince !== null) isDirty = true
    missingSince = null
    isGone = false
    return now
  }

  const dropAside = (): void => {
    inTurn(aside.drop).catch((error: unknown) => {
      if (isClosed || error instanceof NotYet) return
      aside.retry()
      if (!(error instanceof AppError) && refusalOf(error) === null) options.onError(error)
    })
  }

  const writeBack = async (): Promise<void> => {
    const now = await takeDisk()
    isDirty = false
    firstDirtyAt = null
    const own = replica.text()
    const head = await calls.head(documentId, sha256(own))
    const text = head.text ?? own
    const encoded = encodeText(text, file)
    if (encoded.file.sha256 !== now.sha256) {
      await aside.drop()
      // An intent takes the place of the one before, which is all that tells of a write that was not recorded.
      if (owesBase && version.added.length === 0) await setBase(version.seq)
      calls.status({ documentId, status: 'writing' })
      const { bytes } = encoded
      const { sha256: fresh } = encoded.file
      const written = await past.wrote(head.seq, encoded.file, { isPrepared: true })
      await atFile((place) => prepared.make(place, { bytes, sha256: fresh, mode: now.facts.mode }))
      await calls.baseIntend({ documentId, seq: head.seq, sha256: fresh })
      past.intended(written)
      await prepared.keepOnly(fresh)
      options.onOwn?.(filePath)
      await atFile(async (place) => {
        const isAside = await replaceFile({
          disk,
          place,
          documentId,
          bytes,
          store,
          gitLock: options.gitLock,
          fresh: freshOf(place, documentId, fresh),
          expected: now,
        })
        if (isAside) aside.keep(version, now)
        replaced = { version, at: clock.now() }
        version = written
        owesBase = true
        file = { ...encoded.file, facts: (await disk.facts(place.at(place.name))) ?? now.facts }
      })
      // Before it is looked at, which may fail: what it holds must not wait for a write that never comes.
      if (!isClosed) aside.schedule()
      await aside.take()
    }
    await setBase(head.seq)
    calls.status({ documentId, status: 'on-disk', seq: head.seq })
    // Edits reach us before they are in the log: what was written may be older than what we hold.
    if (replica.text() !== text) isDirty = true
  }

  const tell = (code: string): void => {
    if (failure === code) return
    failure = code
    calls.status({ documentId, status: 'failed', message: code })
  }

  /** It may be on its way back, or under another name: only then is it gone. */
  const onMissing = async (): Promise<void> => {
    missingSince ??= clock.now()
    const moved = await options.findMoved(filePath, file)
    if (moved !== null) {
      filePath = moved
      missingSince = null
      calls.renamed(documentId, moved)
      scheduleLook(0)
    } else if (clock.now() - missingSince < GONE_MS) scheduleLook(LOOK_AGAIN_MS)
    else {
      if (!isGone) calls.gone(documentId)
      isGone = true
      // A file that was deleted is not made again behind people's backs; its return is told by the watcher.
      tell('path_not_found')
    }
  }

  const fail = async (error: unknown): Promise<void> => {
    if (isClosed) return
    if (error instanceof NotYet) return scheduleLook(LOOK_AGAIN_MS)
    const code = error instanceof AppError ? error.code : refusalOf(error)
    if (code === 'path_not_found') return onMissing()
    tell(code ?? 'internal')
    if (code === null) options.onError(error)
    scheduleWrite(code !== null && NEEDS_PEOPLE.has(code) ? RETRY_MAX_MS : retryMs)
    retryMs = Math.min(RETRY_MAX_MS, retryMs * 2)
  }

  const guarded = (task: () => Promise<void>): Promise<boolean> =>
    inTurn(async () => {
      if (isClosed) return !isDirty
      try {
        await task()
        return !isDirty
      } catch (error) {
        await fail(error)
        return false
      }
    })

  const settle = (): Promise<boolean> =>
    guarded(async () => {
      if (!isDirty) return
      // Git will soon write again.
      if (await options.gitLock.isHeld()) return scheduleWrite(200)
      try {
        await writeBack()
      } catch (error) {
        isDirty = true
        throw error
      }
      failure = null
      retryMs = RETRY_MS
      if (isDirty) scheduleWrite(QUIET_MS)
    })

  const look = (): void => {
    void guarded(async () => {
      const before = missingSince === null ? file.sha256 : null
      try {
        await takeDisk()
      } catch (error) {
        // What was seen there is not in the document yet: the next try must not find that there is nothing to do.
        if (!(error instanceof NotYet)) isDirty = true
        throw error
      }
      if (file.sha256 !== before) scheduleWrite(0)
      else if (isDirty) scheduleInPace()
    })
  }

  /** Seeds what is new; merges what changed while nobody had it open (K7); a cut-off write is finished or taken back. */
  const join = async (): Promise<void> => {
    const head = await calls.head(documentId, sha256(file.text))
    const isSeeded = head.seq === 0 && (await calls.seed(documentId, file.text)).isSeeded
    await replica.whenSaved()
    const base = isSeeded ? null : await calls.baseGet(documentId)
    if (!isSeeded) file = await whenWritten(clock, () => atFile((place) => readTextFile(disk, place.at(place.name))))
    version = await past.restore(base, file, prepared.waits)
    owesBase = base !== null && version.sha256 !== base.sha256
    if (!isSeeded) {
      if (await aside.restore(version)) isDirty = true
      if (version.sha256 !== file.sha256) {
        const brought = await past.bring(file, version)
        isDirty = true
        version = brought
      }
    }
    cancelWrite()
    // Edits made while no agent was here, and a base that was never recorded.
    if (isSeeded) {
      version = await past.wrote(1, file)
      await setBase(1)
    }
    isDirty ||= replica.text() !== file.text || (!isSeeded && base?.sha256 !== file.sha256)
    if (isDirty) return scheduleWrite(0)
    const { seq } = await calls.head(documentId, sha256(file.text))
    calls.status({ documentId, status: 'on-disk', seq })
    // It may have been changed since it was read, when nobody was there to be told.
    scheduleLook(LOOK_AGAIN_MS)
  }

  /**
   * A document whose file went away while no agent was here: what it held when disk and document last agreed, as far as
   * that is known. Throws where there is no such document.
   */
  const lastKnown = async (cause: unknown): Promise<DiskFile> => {
    const head = await calls.head(documentId, '')
    const base = head.seq === 0 ? null : await calls.baseGet(documentId)
    if (base === null) throw cause
    return {
      text: head.text ?? '',
      lineEndings: base.lineEndings,
      bom: false,
      sha256: base.sha256,
      facts: { kind: 'file', dev: 0, ino: 0, mode: 0o644, links: 1, size: 0, mtimeMs: 0 },
    }
  }

  /** People are told at once; it comes back, is found elsewhere, or is kept as if it had just been deleted. */
  const joinMissing = async (): Promise<void> => {
    await replica.whenSaved()
    version = await past.restore(await calls.baseGet(documentId), file, prepared.waits)
    cancelWrite()
    isDirty = true
    missingSince = clock.now() - GONE_MS
    await onMissing()
    // It may have come back while we joined, when nobody was there to be told.
    scheduleLook(LOOK_AGAIN_MS)
  }

  let isThere = true
  try {
    file = await disk.locate(filePath, async (place) => {
      filePath = place.path
      await finishInPlace({ disk, place, documentId, store, maxBytes: TEXT_MAX_BYTES })
      return readTextFile(disk, place.at(place.name))
    })
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'path_not_found')) throw error
    file = await lastKnown(error)
    isThere = false
  }
  version = { sha256: file.sha256, seq: 1, added: [], text: file.text }
  const replica = createDocumentReplica({
    link: options.link,
    documentId,
    epoch: options.epoch,
    newClientId: options.newClientId,
    onChange,
    onRefused: options.onRefused,
  })
  const prepared = createPrepared({ disk, documentId, atFile })
  const plainPast = createPast({ documentId, epoch: options.epoch, calls, store, replica })
  const past =
    options.origins === undefined
      ? plainPast
      : tellOrigins(plainPast, {
          ...options,
          origins: options.origins,
          path: () => filePath,
          isClosed: () => isClosed,
        })
  const aside = createAside({
    disk,
    documentId,
    clock,
    past,
    atFile,
    onDue: dropAside,
    onBrought: () => {
      isDirty = true
      scheduleWrite(0)
    },
  })
  const stop = (): void => {
    isClosed = true
    cancelWrite()
    cancelLook()
    aside.cancel()
    replica.close()
  }
  try {
    await inTurn(isThere ? join : joinMissing)
  } catch (error) {
    stop()
    throw error
  }

  return {
    documentId,
    get path() {
      return filePath
    },
    bom: () => file.bom,
    identity: () => file.facts,
    settle: async () => {
      // The newest edits may be in the log and not here yet: the server knows.
      isDirty = true
      return (await settle()) || (isDirty && failure === null && missingSince === null ? settle() : false)
    },
    diskChanged: look,
    announce: () => {
      failure = null
      isDirty = true
      scheduleWrite(0)
    },
    hold: (task) =>
      inTurn(async () => {
        const moved = await task()
        if (moved !== null) filePath = moved
        scheduleLook(0)
      }),
    keep: async () => {
      await inTurn(async () => {
        const own = replica.text()
        const head = await calls.head(documentId, sha256(own))
        const encoded = encodeText(head.text ?? own, file)
        // As with any write, or the next look would take our own text for a stranger's and merge it once more.
        const written = await past.wrote(head.seq, encoded.file)
        await calls.baseIntend({ documentId, seq: head.seq, sha256: encoded.file.sha256 })
        past.intended(written)
        options.onOwn?.(filePath)
        await disk.locate(filePath, async (place) => {
          if ((await disk.facts(place.at(place.name))) !== null) throw new AppError('path_exists')
          await disk.create(place.at(place.name), encoded.bytes, file.facts.mode)
          await place.sync()
          version = written
          owesBase = true
          file = { ...encoded.file, facts: (await disk.facts(place.at(place.name))) ?? file.facts }
        })
        isDirty = true
        scheduleLook(0)
      })
    },
    abandon: stop,
    lastUsed: () => (replica.isShared() ? clock.now() : lastUsed),
    isClean: () => !isDirty || isGone,
    close: async () => {
      cancelWrite()
      await settle()
      await inTurn(aside.drop).catch(() => {
        // Left for the next agent, which looks at it first.
      })
      stop()
    },
  }
}
