import type { AgentStatus, FilesHold } from '#shared/api/files.ts'
import type { WorkspaceInfo } from '#shared/api/workspaces.ts'
import type { ErrorCode } from '#shared/errors.ts'
import type { PresentPerson } from '#shared/protocol/events.ts'
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { OpenModel } from '../editor/open-model.ts'
import type { CaretPlace, EditorHandle } from '../editor/code-editor.tsx'
import type { DocumentSession } from '../sync/document-session.ts'
import type { DocumentState } from '../sync/document-state.ts'
import type { LinkState } from '../sync/sync-connection.ts'
import type { DiskMark } from './disk-marks.ts'
import { type Layout, startLayout } from './tabs.ts'
import { startTree, type Tree } from './tree.ts'
import { nothingChosen, type TreeSelection } from './tree-selection.ts'

export type DiskStatus = 'on-disk' | 'writing' | 'failed'

export type OpenFile =
  | { readonly status: 'opening' }
  | { readonly status: 'failed'; readonly error: unknown }
  | {
      readonly status: 'open'
      readonly session: DocumentSession
      /** the session's state as it is said to people: "saved" after a pause */
      readonly said: () => DocumentState
      readonly model: OpenModel
      readonly isLarge: boolean
      readonly isGone: boolean
    }

export type TreeState =
  | { readonly status: 'loading' }
  | { readonly status: 'failed'; readonly error: unknown }
  | { readonly status: 'ready'; readonly tree: Tree }

/** A name being typed in the tree. */
export type Naming =
  | { readonly type: 'create'; readonly kind: 'file' | 'folder'; readonly folder: string }
  | { readonly type: 'rename'; readonly path: string }

export interface Following {
  readonly personId: string
  readonly name: string
  readonly isPaused: boolean
}

/** How far someone who may only read has come towards editing: they tried, they asked, somebody was told or not. */
export type EditWish = 'tried' | 'asking' | 'asked' | 'nobody-here'

export interface WorkbenchState {
  readonly info: WorkspaceInfo | null
  readonly infoError: unknown
  readonly role: string | null
  readonly agent: AgentStatus
  /** disk and documents are kept apart until people decide */
  readonly hold: FilesHold | null
  readonly end: 'revoked' | 'gone' | null
  readonly tree: TreeState
  readonly expanded: ReadonlySet<string>
  readonly selection: TreeSelection
  /** entries that Paste will move */
  readonly cut: ReadonlySet<string>
  readonly naming: Naming | null
  readonly layout: Layout
  readonly files: Readonly<Record<string, OpenFile>>
  readonly disk: Readonly<Record<string, DiskStatus>>
  /** why documents could not be written, until they are on disk again */
  readonly diskFailures: Readonly<Record<string, ErrorCode>>
  /** what programs and git did to files of the tree a moment ago */
  readonly diskMarks: ReadonlyMap<string, DiskMark>
  /** what other features have to say of files, in a few words, by path */
  readonly notes: ReadonlyMap<string, string>
  readonly people: readonly PresentPerson[]
  readonly link: LinkState
  /** rises whenever what is said of a document changed, so that drawings read it anew */
  readonly pulse: number
  readonly caret: CaretPlace | null
  readonly following: Following | null
  readonly editWish: EditWish | null
  readonly overlay: 'quick-open' | 'palette' | 'recovered' | null
  readonly isSidebarOpen: boolean
  readonly isShareOpen: boolean
}

export type WorkbenchStore = StoreApi<WorkbenchState>

export const createWorkbenchStore = (isSidebarOpen: boolean): WorkbenchStore =>
  createStore<WorkbenchState>(() => ({
    info: null,
    infoError: null,
    role: null,
    agent: 'starting',
    hold: null,
    end: null,
    tree: { status: 'loading' },
    expanded: new Set(),
    selection: nothingChosen,
    cut: new Set(),
    naming: null,
    layout: startLayout,
    files: {},
    disk: {},
    diskFailures: {},
    diskMarks: new Map(),
    notes: new Map(),
    people: [],
    link: { status: 'idle', latencyMs: null },
    pulse: 0,
    caret: null,
    following: null,
    editWish: null,
    overlay: null,
    isSidebarOpen,
    isShareOpen: false,
  }))

/** Nothing of a workspace that one may no longer see, or that is no more; what is open stays, with what was typed. */
export const endedState = (end: 'revoked' | 'gone') => (state: WorkbenchState) =>
  ({
    end,
    role: null,
    hold: null,
    people: [],
    following: null,
    editWish: null,
    tree: { status: 'ready', tree: startTree(0, []) },
    naming: null,
    cut: new Set<string>(),
    selection: nothingChosen,
    notes: new Map<string, string>(),
    isShareOpen: false,
    overlay: state.overlay === 'recovered' ? state.overlay : null,
  }) satisfies Partial<WorkbenchState>

export const canWrite = (role: string | null): boolean => role === 'owner' || role === 'admin' || role === 'editor'
export const codeOfHold = (hold: FilesHold): ErrorCode => (hold.reason === 'missing' ? 'files_held' : 'wrong_volume')
/** How far a document is on the disk; while disk and documents are kept apart, it is not. */
export const diskOf = ({ disk, hold }: WorkbenchState, documentId: string): DiskStatus | undefined =>
  hold === null ? disk[documentId] : 'failed'
export const diskFailureOf = ({ diskFailures, hold }: WorkbenchState, documentId: string): ErrorCode | undefined =>
  hold === null ? diskFailures[documentId] : codeOfHold(hold)
export type Handles = Map<number, EditorHandle>
