import { createStore, type StoreApi } from 'zustand/vanilla'
import type { ConflictInfo } from '#shared/api/conflicts.ts'
import type { WorkspaceId } from '#shared/ids.ts'
import type { ServerEvents } from '#shared/protocol/events.ts'
import { getSocket } from '../platform/socket.ts'
import { refreshConflicts } from './queries.ts'

/** A conflict where it stands in the text that is shown here; that may be ahead of what the server knows. */
export interface PlacedConflict {
  readonly info: ConflictInfo
  readonly from: number
  readonly to: number
  readonly line: number
  readonly now: string
}

/** An editor that shows a document with conflicts. */
export interface ConflictEditor {
  readonly documentId: string
  readonly goTo: (place: PlacedConflict) => void
  readonly noteOutside: (undo: () => void) => () => void
}

export interface ConflictsState {
  readonly mayRead: boolean
  readonly mayChoose: boolean
  /** by document, in the order of the text */
  readonly placed: ReadonlyMap<string, readonly PlacedConflict[]>
  /** which one is compared */
  readonly open: { readonly documentId: string; readonly id: string } | null
}

export interface Conflicts {
  readonly workspaceId: WorkspaceId
  readonly store: StoreApi<ConflictsState>
  /** Listens to what others do, until the answer is called. */
  readonly watch: () => () => void
  readonly place: (documentId: string, placed: readonly PlacedConflict[]) => void
  readonly addEditor: (editor: ConflictEditor) => () => void
  readonly editorOf: (documentId: string) => ConflictEditor | null
}

const isSame = (a: readonly PlacedConflict[], b: readonly PlacedConflict[]): boolean =>
  a.length === b.length &&
  a.every((one, i) => one.info === b[i]?.info && one.from === b[i].from && one.now === b[i].now)

/** What people and the disk wrote over at once in one workspace, as this page shows it and acts on it. */
export function createConflicts(workspace: string): Conflicts {
  const workspaceId = workspace as WorkspaceId
  const store = createStore<ConflictsState>(() => ({ mayRead: false, mayChoose: false, placed: new Map(), open: null }))
  let editors: readonly ConflictEditor[] = []
  return {
    workspaceId,
    store,
    watch() {
      const socket = getSocket()
      const onChanged: ServerEvents['conflicts.changed'] = (event) => {
        if (event.workspaceId === workspaceId) void refreshConflicts(workspaceId)
      }
      const onConnect = (): void => void refreshConflicts(workspaceId)
      socket.on('conflicts.changed', onChanged)
      socket.on('connect', onConnect)
      return () => {
        socket.off('conflicts.changed', onChanged)
        socket.off('connect', onConnect)
      }
    },
    place(documentId, now) {
      const { placed } = store.getState()
      const before = placed.get(documentId) ?? []
      if (isSame(before, now)) return
      const next = new Map(placed)
      if (now.length === 0) next.delete(documentId)
      else next.set(documentId, now)
      store.setState({ placed: next })
    },
    addEditor(editor) {
      editors = [editor, ...editors]
      return () => {
        editors = editors.filter((one) => one !== editor)
      }
    },
    editorOf: (documentId) => editors.find((one) => one.documentId === documentId) ?? null,
  }
}
