import { createStore, type StoreApi } from 'zustand/vanilla'
import type { WorkspaceRole } from '#shared/access/permissions.ts'
import type { HunkConflict, SuggestionInfo } from '#shared/api/suggestions.ts'
import type { WorkspaceId } from '#shared/ids.ts'
import type { ServerEvents } from '#shared/protocol/events.ts'
import { api } from '../platform/api.ts'
import { roleAllows } from '../platform/roles.ts'
import { getSocket } from '../platform/socket.ts'
import { readStored, writeStored } from '../platform/storage.ts'
import { announce } from '../ui/announcer.ts'
import type { ApplyRequest } from './apply-request.ts'
import type { EditorPort, Passage } from './editor-port.ts'
import { knownSuggestion, putAsk, putSuggestion, refreshSuggestions } from './queries.ts'
import { type HunkKey, sayNews } from './summary.ts'

/** What somebody wants in the place of some lines: asked of AI, or written by themselves for others. */
export interface Box {
  readonly type: 'ask' | 'propose'
  readonly passage: Passage
}

export interface OpenConflict {
  readonly suggestion: SuggestionInfo
  readonly conflict: HunkConflict
}

export interface Rights {
  readonly meId: string
  /** reads suggestions and makes some */
  readonly mayPropose: boolean
  readonly mayAsk: boolean
  readonly mayDecide: boolean
}

export interface SuggestionsState {
  readonly rights: Rights
  readonly isOpen: boolean
  /** the hunk somebody stepped to last */
  readonly current: HunkKey | null
  readonly conflict: OpenConflict | null
  readonly box: Box | null
  readonly apply: ApplyRequest | null
  /** ids of hunks that are being decided */
  readonly busy: ReadonlySet<string>
}

export interface Suggestions {
  readonly workspaceId: WorkspaceId
  readonly store: StoreApi<SuggestionsState>
  readonly setOpen: (isOpen: boolean) => void
  readonly setPerson: (meId: string, role: string | null) => void
  /** Listens to what others do, until the answer is called. */
  readonly watch: () => () => void
  readonly addEditor: (port: EditorPort) => () => void
  /** called when the person turns to an editor */
  readonly noteFocus: (port: EditorPort) => void
  /** the editor of this file that was used last */
  readonly editorOf: (path: string | null) => EditorPort | null
  readonly editorsOfDocument: (documentId: string) => readonly EditorPort[]
  /** Resolves when the server has what this person typed in a document; false where it cannot for now. */
  readonly whenSaved: (documentId: string) => Promise<boolean>
  readonly setWhenSaved: (whenSaved: (documentId: string) => Promise<boolean>) => void
  readonly take: (info: SuggestionInfo) => void
  /** told of each new state of a suggestion, and of the last one that was known */
  readonly onTaken: (listener: (info: SuggestionInfo, before: SuggestionInfo | null) => void) => () => void
}

const OPEN_KEY = 'suggestions.open'
const NO_RIGHTS: Rights = { meId: '', mayPropose: false, mayAsk: false, mayDecide: false }

export function rightsOf(meId: string, role: string | null): Rights {
  if (role === null) return { ...NO_RIGHTS, meId }
  const allows = (permission: Parameters<typeof roleAllows>[1]) => roleAllows(role as WorkspaceRole, permission)
  return {
    meId,
    mayPropose: allows('workspace.discuss'),
    mayAsk: allows('workspace.ai'),
    mayDecide: allows('workspace.write'),
  }
}

/** The suggestions of one workspace, as this page shows them and acts on them. */
export function createSuggestions(workspace: string): Suggestions {
  const workspaceId = workspace as WorkspaceId
  const store = createStore<SuggestionsState>(() => ({
    rights: NO_RIGHTS,
    isOpen: readStored(OPEN_KEY) === 'true',
    current: null,
    conflict: null,
    box: null,
    apply: null,
    busy: new Set(),
  }))
  let editors: readonly EditorPort[] = []
  // On pages without an editor nothing is typed.
  let whenSaved: Suggestions['whenSaved'] = () => Promise.resolve(true)
  const listeners = new Set<(info: SuggestionInfo, before: SuggestionInfo | null) => void>()

  const take = (info: SuggestionInfo): void => {
    const before = knownSuggestion(workspaceId, info.id, info.documentId)
    putSuggestion(workspaceId, info)
    for (const listener of listeners) listener(info, before)
  }
  const learn = async (event: Parameters<ServerEvents['suggestion.changed']>[0]): Promise<void> => {
    if (event.workspaceId !== workspaceId || !store.getState().rights.mayPropose) return
    const before = knownSuggestion(workspaceId, event.suggestionId, event.documentId)
    try {
      const now = await api.suggestions.read.query({ workspaceId, suggestionId: event.suggestionId })
      take(now)
      for (const sentence of sayNews(before, now, store.getState().rights.meId)) announce(sentence)
    } catch {
      // Gone with its document, or the connection is away: what is shown is asked for anew.
      void refreshSuggestions(workspaceId)
    }
  }
  const onWorking: ServerEvents['suggestion.working'] = ({ workspaceId: where, ask, isWorking }) => {
    if (where === workspaceId) putAsk(workspaceId, ask, isWorking)
  }
  const onConnect = (): void => void refreshSuggestions(workspaceId)

  return {
    workspaceId,
    store,
    setOpen(isOpen) {
      writeStored(OPEN_KEY, String(isOpen))
      store.setState({ isOpen })
    },
    setPerson(meId, role) {
      const { rights } = store.getState()
      const next = rightsOf(meId, role)
      if (JSON.stringify(rights) !== JSON.stringify(next)) store.setState({ rights: next })
    },
    watch() {
      const socket = getSocket()
      const changed: ServerEvents['suggestion.changed'] = (event) => void learn(event)
      socket.on('suggestion.changed', changed)
      socket.on('suggestion.working', onWorking)
      socket.on('connect', onConnect)
      return () => {
        socket.off('suggestion.changed', changed)
        socket.off('suggestion.working', onWorking)
        socket.off('connect', onConnect)
      }
    },
    addEditor(port) {
      editors = [port, ...editors]
      return () => {
        editors = editors.filter((one) => one !== port)
      }
    },
    noteFocus(port) {
      editors = [port, ...editors.filter((one) => one !== port)]
    },
    editorOf: (path) => editors.find((one) => one.path() === path) ?? null,
    editorsOfDocument: (documentId) => editors.filter((one) => one.documentId === documentId),
    whenSaved: (documentId) => whenSaved(documentId),
    setWhenSaved(next) {
      whenSaved = next
    },
    take,
    onTaken(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
