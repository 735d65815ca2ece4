import { createContext, useContext } from 'react'
import { useStore } from 'zustand'
import type { AwarenessUser } from '#shared/protocol/sync.ts'
import { api } from '../platform/api.ts'
import { common } from '../platform/common.ts'
import { announce } from '../ui/announcer.ts'
import { showToast } from '../ui/toast.ts'
import { createSyncConnection, type SyncConnection } from '../sync/sync-connection.ts'
import type { CaretPlace } from '../editor/code-editor.tsx'
import { filePageUrl, filesApi } from './files-api.ts'
import { type KeptOpen, keepOpen } from './keep-open.ts'
import { followTabs } from './kept-tabs.ts'
import { followWorkspace, type LiveWorkspace } from './live-workspace.ts'
import { messages } from './locale.ts'
import { createOpenFiles, type OpenFiles } from './open-files.ts'
import { createWorkbenchStore, type Handles, type WorkbenchState, type WorkbenchStore } from './state.ts'
import { activePath, closeTab, groupOf, type Layout, openPaths, openTab, renameTabs, splitGroup } from './tabs.ts'
import { parentOf } from './tree.ts'
import { chooseOnly } from './tree-selection.ts'

export interface Lines {
  readonly from: number
  readonly to: number
}

export interface Workbench {
  readonly workspaceId: string
  readonly store: WorkbenchStore
  readonly sync: SyncConnection
  readonly files: OpenFiles
  readonly live: LiveWorkspace
  readonly handles: Handles
  readonly me: AwarenessUser
  readonly kept: KeptOpen
  /** Opens what was open before, and the file of the address, which leads; once. */
  readonly begin: (address: string | null, lines: Lines | null) => void
  readonly open: (
    path: string,
    options?: { lines?: Lines | null; column?: number | null; group?: number; beside?: boolean; isFollowing?: boolean },
  ) => void
  readonly close: (path: string, group?: number) => void
  readonly setLayout: (layout: Layout) => void
  readonly noteCaret: (caret: CaretPlace) => void
  readonly reveal: (path: string) => void
  /** chooses these in the tree, with the keyboard on the first */
  readonly choose: (paths: readonly string[]) => void
  readonly settle: () => Promise<void>
  readonly dispose: () => void
}

interface Options {
  readonly workspaceId: string
  readonly me: AwarenessUser
  readonly isNarrow: boolean
  readonly navigate: (url: string, isReplacing: boolean) => void
}

const socketUrl = (): string => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/sync`
const FOCUS_TRIES = 40
const CARET_MS = 40
const LATENCY_MS = 1_000
/** time enough to have read on before pressing it */
const RETURN_MS = 60_000

/** Everything behind one open workspace; the page draws `store` and calls the rest. */
export function createWorkbench({ workspaceId, me, isNarrow, navigate }: Options): Workbench {
  const store = createWorkbenchStore(!isNarrow)
  const handles: Handles = new Map()
  const sync = createSyncConnection({
    url: socketUrl(),
    user: me,
    isSignedIn: async () => {
      const state = await api.auth.state.query().catch(() => {
        // Not answering is not "signed out": the connection then simply waits.
        return null
      })
      return state === null || state.me !== null || state.guest !== null
    },
    reopen: (path) => files.target(path),
  })
  const files = createOpenFiles(store, workspaceId, () => sync)
  const live = followWorkspace(
    { store, workspaceId, files, isGuest: me.kind === 'guest' },
    {
      onRename(from, to) {
        kept.rename(from, to)
        setLayout(renameTabs(store.getState().layout, (path) => (path === from ? to : path)))
      },
      onReturn: () =>
        showToast({
          text: messages.t('ended.back'),
          action: { label: messages.t('ended.reload'), run: () => location.reload() },
          timeoutMs: RETURN_MS,
        }),
      onRole: (role) => {
        const sentence = messages.t('ended.role', { role: common.t(`role.${role}` as 'role.viewer') })
        showToast({ text: sentence })
      },
    },
  )
  let linkTimer: ReturnType<typeof setTimeout> | null = null
  const drawLink = (): void => {
    if (linkTimer !== null) clearTimeout(linkTimer)
    linkTimer = null
    store.setState(({ pulse }) => ({ link: sync.link(), pulse: pulse + 1 }))
  }
  /** Every key brings a new round trip, which nobody reads that often. */
  const stopLink = sync.subscribe(() => {
    if (sync.link().status !== store.getState().link.status) drawLink()
    else linkTimer ??= setTimeout(drawLink, LATENCY_MS)
  })

  const kept = keepOpen({
    workspaceId,
    personId: me.id,
    store,
    handles,
    locate: (tabs) => filesApi.locate.query({ workspaceId, tabs }),
  })
  const setLayout = (layout: Layout, isReplacing = false): void => {
    const before = activePath(store.getState().layout)
    store.setState({ layout })
    for (const group of layout.groups) if (group.active !== null) files.ensure(group.active)
    files.releaseUnshown(openPaths(layout))
    const now = activePath(layout)
    // Coming to another file by any way shows where it is.
    if (now !== null && now !== before) store.setState({ selection: chooseOnly(now) })
    if (now !== before) navigate(filePageUrl(workspaceId, now), isReplacing)
  }
  let caretTimer: ReturnType<typeof setTimeout> | null = null
  let newestCaret: CaretPlace | null = null
  /** The letter is painted first; the numbers in the status bar follow. */
  const noteCaret = (caret: CaretPlace): void => {
    newestCaret = caret
    caretTimer ??= setTimeout(() => {
      caretTimer = null
      store.setState({ caret: newestCaret })
    }, CARET_MS)
  }
  const reveal = (path: string): void => {
    const expanded = new Set(store.getState().expanded)
    for (let folder = parentOf(path); folder !== ''; folder = parentOf(folder)) expanded.add(folder)
    store.setState({ expanded })
  }
  /** The editor comes up after the text; a short wait joins the two. */
  const whenShown = (path: string, run: () => void): void => {
    let tries = 0
    const look = (): void => {
      const file = store.getState().files[path]
      const isShown =
        file?.status === 'open' && file.model.binding() !== null && handles.has(store.getState().layout.active)
      if (isShown) return run()
      if (file?.status !== 'failed' && ++tries < FOCUS_TRIES) setTimeout(look, 50)
    }
    requestAnimationFrame(look)
  }

  const settle = async (): Promise<void> => {
    const path = activePath(store.getState().layout)
    const file = path === null ? undefined : store.getState().files[path]
    if (path === null || file?.status !== 'open') return
    const say = (key: 'done' | 'waiting' | 'offline' | 'slow', isError = false): void => {
      const text = messages.t(`settle.${key}`)
      announce(text)
      showToast({ text, timeoutMs: 3_000, ...(isError ? { kind: 'error' as const } : {}) })
    }
    if (file.session.isReadOnly()) return
    const isSaved = await new Promise<boolean>((resolve) => {
      const judge = (): boolean => {
        const { status } = file.session.state()
        if (status === 'saved') resolve(true)
        else if (status !== 'saving') resolve(false)
        return status !== 'saving'
      }
      if (judge()) return
      const timer = setTimeout(() => end(false), 5_000)
      const stop = file.session.subscribe(() => judge() && end(false))
      const end = (value: boolean): void => {
        clearTimeout(timer)
        stop()
        resolve(value)
      }
    })
    if (!isSaved) return say(file.session.state().status === 'saving' ? 'slow' : 'offline', true)
    const isSettled = await files.settle(path).catch(() => {
      // Whatever kept the disk from answering: the text is durable, and the sentence below says no more than that.
      return false
    })
    say(isSettled ? 'done' : 'waiting')
  }

  const open: Workbench['open'] = (path, options = {}) => {
    const { lines = null, column = null, group, beside = false, isFollowing = false } = options
    const { layout } = store.getState()
    if (!isFollowing) store.setState({ following: null })
    // Before the file comes to the front, since the tree then scrolls to its row.
    reveal(path)
    setLayout(beside ? splitGroup(layout, layout.active, path) : openTab(layout, group ?? layout.active, path))
    if (window.matchMedia('(max-width: 900px)').matches) store.setState({ isSidebarOpen: false })
    whenShown(path, () => {
      const handle = handles.get(store.getState().layout.active)
      if (lines !== null && column !== null) handle?.goTo(lines.from, column)
      else if (lines !== null) handle?.reveal(lines.from, lines.to)
      // Meanwhile the person may have turned to something else, whose keys must not land in the text.
      const { overlay, naming, isShareOpen } = store.getState()
      if (!isFollowing && overlay === null && naming === null && !isShareOpen) handle?.focus()
    })
  }

  let hasBegun = false
  let isDisposed = false
  const begin: Workbench['begin'] = (address, lines) => {
    if (hasBegun) return
    hasBegun = true
    const { layout } = kept
    const located = layout === null ? null : kept.locate()
    // Its answer may be on its way already; the other files come after it.
    if (address !== null) files.ensure(address)
    if (layout !== null) setLayout(address === null ? layout : openTab(layout, groupOf(layout, address), address), true)
    const path = address ?? activePath(store.getState().layout)
    if (path !== null) open(path, { lines })
    kept.start()
    void located?.then((found) => {
      if (found === null || isDisposed) return
      for (const [from, { movedTo }] of found) if (movedTo !== null) kept.rename(from, movedTo)
      setLayout(followTabs(store.getState().layout, found, address), true)
    })
  }

  return {
    workspaceId,
    store,
    sync,
    files,
    live,
    handles,
    me,
    kept,
    begin,
    setLayout: (layout) => setLayout(layout),
    noteCaret,
    reveal,
    choose: (paths) => {
      const first = paths[0]
      if (first !== undefined) store.setState({ selection: { ...chooseOnly(first), chosen: new Set(paths) } })
    },
    settle,
    open,
    close: (path, group) => setLayout(closeTab(store.getState().layout, group ?? store.getState().layout.active, path)),
    dispose: () => {
      isDisposed = true
      kept.close()
      if (caretTimer !== null) clearTimeout(caretTimer)
      stopLink()
      if (linkTimer !== null) clearTimeout(linkTimer)
      live.close()
      files.close()
      sync.close()
    },
  }
}

export const WorkbenchContext = createContext<Workbench | null>(null)

export function useWorkbench(): Workbench {
  const workbench = useContext(WorkbenchContext)
  if (workbench === null) throw new Error('outside the IDE')
  return workbench
}

/** A part of the workbench's state; draws again when that part changed. */
export const useBench = <T>(select: (state: WorkbenchState) => T): T => useStore(useWorkbench().store, select)
