import { AppError } from '#shared/errors.ts'
import type { DocumentId } from '#shared/ids.ts'
import { isWithin, movedPath } from '#shared/paths.ts'
import { type Clock, systemClock } from '../clock.ts'
import type { Disk } from '../fs/disk.ts'
import type { ServerCalls } from '../server-calls.ts'
import type { MuxLink } from '../sync/mux-link.ts'
import { createMovedFinder } from './find-moved.ts'
import { createGitLock } from './git-lock.ts'
import type { Origins } from './origins.ts'
import { type OpenDocument, openDocument } from './open-document.ts'
import { createVersionStore } from './version-store.ts'

/** A document nobody is in and nobody changes is let go after this. */
const IDLE_MS = 60_000
const SWEEP_MS = 15_000

/** The documents this agent has open (K1). */
export interface Documents {
  /** Joining twice is joining once. */
  attach(input: { documentId: DocumentId; path: string; epoch: number }): Promise<{ realPath: string; bom: boolean }>
  detach(documentId: DocumentId): Promise<void>
  /** False too where one of them is not open here, since nothing is known of its file then. */
  settle(documentIds: readonly DocumentId[] | 'all', timeoutMs: number): Promise<boolean>
  /** Makes the file of a document again that was deleted from the disk. Throws path_exists, not_found. */
  keep(documentId: DocumentId): Promise<void>
  /** the watcher saw something happen to these */
  touched(paths: readonly string[]): void
  /** a file or folder has another name now */
  moved(from: string, to: string): void
  close(): Promise<void>
}

export function createDocuments(options: {
  disk: Disk
  link: MuxLink
  calls: ServerCalls
  onError: (error: unknown) => void
  /** this name is about to be written by us */
  onOwn?: (path: string) => void
  clock?: Clock
  newClientId?: () => number
  /** who can tell the commits that changes came from */
  origins?: Origins
}): Documents {
  const { disk, calls, clock = systemClock } = options
  const open = new Map<DocumentId, Promise<OpenDocument>>()
  const ready = new Map<DocumentId, OpenDocument>()
  const store = createVersionStore(disk)
  const gitLock = createGitLock(disk, clock)
  const isTaken = (path: string): boolean => [...ready.values()].some((document) => document.path === path)
  const finder = createMovedFinder({ disk, clock, isTaken })

  const detach = async (documentId: DocumentId): Promise<void> => {
    const opening = open.get(documentId)
    open.delete(documentId)
    ready.delete(documentId)
    // One that failed to open has told whoever asked for it, and has nothing to close.
    const document = await opening?.catch(() => null)
    await document?.close()
  }

  const sweep = (): void => {
    cancelSweep = clock.after(SWEEP_MS, sweep)
    for (const document of ready.values()) {
      if (!document.isClean() || clock.now() - document.lastUsed() < IDLE_MS) continue
      calls.left(document.documentId)
      detach(document.documentId).catch(options.onError)
    }
  }
  let cancelSweep = clock.after(SWEEP_MS, sweep)

  /** Another file stands where this document's was: what it holds stays in the log, and is written nowhere. */
  const displace = (document: OpenDocument): void => {
    open.delete(document.documentId)
    ready.delete(document.documentId)
    document.abandon()
    calls.gone(document.documentId)
    calls.left(document.documentId)
  }

  const follow = async (document: OpenDocument, to: string): Promise<void> => {
    const { ino, dev } = document.identity()
    await document.hold(async () => {
      const found = await disk.locate(to, (place) => disk.facts(place.at(place.name)))
      if (found?.ino !== ino || found.dev !== dev) return null
      for (const other of ready.values()) if (other !== document && other.path === to) displace(other)
      calls.renamed(document.documentId, to)
      return to
    })
  }

  return {
    async attach({ documentId, path, epoch }) {
      let opening = open.get(documentId)
      if (opening !== undefined) ready.get(documentId)?.announce()
      else {
        opening = openDocument({
          ...options,
          clock,
          store,
          gitLock,
          documentId,
          path,
          epoch,
          findMoved: finder.find,
          onRefused: () => {
            calls.left(documentId)
            detach(documentId).catch(options.onError)
          },
        })
        open.set(documentId, opening)
      }
      try {
        const document = await opening
        if (open.get(documentId) === opening) ready.set(documentId, document)
        return { realPath: document.path, bom: document.bom() }
      } catch (error) {
        if (open.get(documentId) === opening) open.delete(documentId)
        throw error
      }
    },
    detach,
    async settle(documentIds, timeoutMs) {
      const wanted = documentIds === 'all' ? [...open.keys()] : documentIds
      let cancel = (): void => {}
      const late = new Promise<false>((resolve) => {
        cancel = clock.after(timeoutMs, () => resolve(false))
      })
      const settleOne = async (id: DocumentId): Promise<boolean> => {
        // Being opened, or not open here: nothing is known of its file then.
        const document = await open.get(id)?.catch(() => null)
        return document == null ? false : document.settle()
      }
      const all = Promise.all(wanted.map(settleOne)).then((results) => results.every(Boolean))
      const isSettled = await Promise.race([all, late])
      cancel()
      return isSettled
    },
    async keep(documentId) {
      const document = ready.get(documentId)
      if (document === undefined) throw new AppError('not_found')
      await document.keep()
    },
    touched(paths) {
      finder.touched(paths)
      const touched = new Set(paths)
      for (const document of ready.values()) if (touched.has(document.path)) document.diskChanged()
    },
    moved(from, to) {
      for (const document of ready.values()) {
        if (!isWithin(document.path, from)) continue
        follow(document, movedPath(document.path, from, to)).catch((error: unknown) => {
          // Gone again: looking at the old path tells.
          if (error instanceof AppError) document.diskChanged()
          else options.onError(error)
        })
      }
    },
    async close() {
      cancelSweep()
      await Promise.all([...open.keys()].map(detach))
    },
  }
}
