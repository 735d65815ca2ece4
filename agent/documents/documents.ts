import type { DocumentId } from '#shared/ids.ts'
import { isWithin, movedPath } from '#shared/paths.ts'
import type { ServerCalls } from '../server-calls.ts'
import type { MuxLink } from '../sync/mux-link.ts'
import type { MergeJournal } from './merge-journal.ts'
import { type OpenDocument, openDocument } from './open-document.ts'

/** A document nobody is in and nobody changes is let go after this. */
const IDLE_MS = 60_000
const SWEEP_MS = 15_000

/** The documents this agent has open (K1). */
export interface Documents {
  /** Joining twice is joining once. */
  attach(input: { documentId: DocumentId; path: string; epoch: number }): Promise<{ realPath: string; bom: boolean }>
  detach(documentId: DocumentId): Promise<void>
  settle(documentIds: readonly DocumentId[] | 'all', timeoutMs: number): Promise<boolean>
  /** the watcher saw something happen to these */
  touched(paths: readonly string[]): void
  moved(from: string, to: string): void
  close(): Promise<void>
}

export function createDocuments(options: {
  root: string
  link: MuxLink
  calls: ServerCalls
  journal: MergeJournal
  onError: (error: unknown) => void
}): Documents {
  const open = new Map<DocumentId, Promise<OpenDocument>>()
  const ready = new Map<DocumentId, OpenDocument>()

  const detach = async (documentId: DocumentId): Promise<void> => {
    const opening = open.get(documentId)
    open.delete(documentId)
    ready.delete(documentId)
    const document = await opening?.catch(() => null)
    await document?.close()
  }

  const sweep = (): void => {
    for (const document of ready.values()) {
      if (!document.isClean() || Date.now() - document.lastUsed() < IDLE_MS) continue
      options.calls.left(document.documentId)
      detach(document.documentId).catch(options.onError)
    }
  }
  const timer = setInterval(sweep, SWEEP_MS)

  return {
    async attach({ documentId, path, epoch }) {
      let opening = open.get(documentId)
      if (opening === undefined) {
        opening = openDocument({
          ...options,
          documentId,
          path,
          epoch,
          onRefused: () => {
            options.calls.left(documentId)
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
      const wanted = documentIds === 'all' ? [...ready.values()] : documentIds.flatMap((id) => ready.get(id) ?? [])
      let timeout: NodeJS.Timeout | undefined
      const late = new Promise<false>((resolve) => {
        timeout = setTimeout(() => resolve(false), timeoutMs)
      })
      const all = Promise.all(wanted.map((document) => document.settle())).then((results) => results.every(Boolean))
      const isSettled = await Promise.race([all, late])
      clearTimeout(timeout)
      return isSettled
    },
    touched(paths) {
      const touched = new Set(paths)
      for (const document of ready.values()) if (touched.has(document.path)) document.diskChanged()
    },
    moved(from, to) {
      for (const document of ready.values()) {
        if (isWithin(document.path, from)) document.path = movedPath(document.path, from, to)
      }
    },
    async close() {
      clearInterval(timer)
      await Promise.all([...open.keys()].map(detach))
    },
  }
}
