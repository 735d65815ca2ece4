import type { LocatedFile } from '#shared/api/files.ts'
import type { EditorPlace } from '../editor/editor-place.ts'
import { hasCode } from '../platform/api-error.ts'
import { forgetStored, readStored, readWindowStored, writeWindowStored } from '../platform/storage.ts'
import { keepTabs, type KeptTab, layoutOf, parseTabs } from './kept-tabs.ts'
import type { Handles, WorkbenchStore } from './state.ts'
import type { Layout } from './tabs.ts'
import { tabsKey } from './tabs-key.ts'

const WRITE_MS = 1_000

export interface KeptOpen {
  /** as this window had it, or else the last one that was left */
  readonly layout: Layout | null
  /** Keeps what is open from now on; before, a page on its way in would wipe it. */
  readonly start: () => void
  readonly placeOf: (groupId: number, documentId: string) => EditorPlace | null
  readonly notePlace: (groupId: number, documentId: string, place: EditorPlace) => void
  readonly rename: (from: string, to: string) => void
  /** Asks what has become of the tabs' files; null where nobody answers. */
  readonly locate: () => Promise<ReadonlyMap<string, LocatedFile> | null>
  readonly close: () => void
}

interface Options {
  readonly workspaceId: string
  readonly personId: string
  readonly store: WorkbenchStore
  readonly handles: Handles
  readonly locate: (tabs: Pick<KeptTab, 'path' | 'documentId'>[]) => Promise<readonly LocatedFile[]>
}

/**
 * Keeps open tabs and where the person was in each, by person and workspace. Each window goes on with its own, and a
 * new one begins with what was left last, so that two never take each other's tabs.
 */
export function keepOpen({ workspaceId, personId, store, handles, locate }: Options): KeptOpen {
  const key = tabsKey(personId, workspaceId)
  const kept = parseTabs(readWindowStored(key)) ?? parseTabs(readStored(key))
  const documentIds = new Map<string, string>()
  const places = new Map<string, EditorPlace>()
  const keyOf = (groupId: number, documentId: string): string => `${groupId} ${documentId}`
  for (const [i, { tabs }] of (kept?.groups ?? []).entries()) {
    for (const { path, documentId, place } of tabs) {
      if (documentId === null) continue
      documentIds.set(path, documentId)
      if (place !== null) places.set(keyOf(i + 1, documentId), place)
    }
  }
  const placeOf = (groupId: number, documentId: string) => places.get(keyOf(groupId, documentId)) ?? null
  /** A split begins where its text is shown beside it. */
  const placeBeside = (documentId: string) =>
    [...handles.values()].find((handle) => handle.documentId === documentId)?.place() ?? null
  const notePlace: KeptOpen['notePlace'] = (groupId, documentId, place) =>
    void places.set(keyOf(groupId, documentId), place)
  const documentOf = (path: string): string | null => {
    const file = store.getState().files[path]
    if (file?.status === 'open') documentIds.set(path, file.session.documentId)
    return documentIds.get(path) ?? null
  }

  let hasStarted = false
  let timer: ReturnType<typeof setTimeout> | null = null
  const write = (): void => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    const { layout, link, end, infoError } = store.getState()
    // Signed out, in this window or another one: what was kept is wiped.
    if (!hasStarted || link.status === 'signed-out') return
    if (end !== null || hasCode(infoError, 'not_found', 'forbidden')) return forgetStored(key)
    for (const [groupId, handle] of handles) {
      const place = handle.place()
      if (place !== null) notePlace(groupId, handle.documentId, place)
    }
    const describe = (groupId: number, path: string) => {
      const documentId = documentOf(path)
      return { documentId, place: documentId === null ? null : placeOf(groupId, documentId) }
    }
    writeWindowStored(key, JSON.stringify(keepTabs(layout, describe)))
  }
  const stop = store.subscribe(({ layout, caret, end, files }, before) => {
    if (layout === before.layout && caret === before.caret && end === before.end && files === before.files) return
    if (hasStarted) timer ??= setTimeout(write, WRITE_MS)
  })
  // Scrolling alone is not listened to: leaving the page tells of it.
  window.addEventListener('pagehide', write)

  return {
    layout: kept === null ? null : layoutOf(kept),
    start: () => (hasStarted = true),
    placeOf: (groupId, documentId) => placeOf(groupId, documentId) ?? placeBeside(documentId),
    notePlace,
    rename(from, to) {
      const documentId = documentIds.get(from)
      documentIds.delete(from)
      if (documentId !== undefined) documentIds.set(to, documentId)
    },
    async locate() {
      const paths = [...new Set(kept?.groups.flatMap(({ tabs }) => tabs.map(({ path }) => path)))]
      try {
        const answers = await locate(paths.map((path) => ({ path, documentId: documentOf(path) })))
        return new Map(paths.flatMap((path, i) => (answers[i] === undefined ? [] : [[path, answers[i]] as const])))
      } catch {
        // Without an answer the tabs stay as they were; opening one says what is wrong with its file.
        return null
      }
    },
    close() {
      write()
      stop()
      window.removeEventListener('pagehide', write)
    },
  }
}
