import { createStore, type StoreApi } from 'zustand/vanilla'
import type { TerminalId, WorkspaceId } from '#shared/ids.ts'
import type { ServerEvents } from '#shared/protocol/events.ts'
import type { Isolation, Runnable, TerminalInfo, TerminalSize } from '#shared/protocol/terminal.ts'
import { emitForResult, enterWorkspace, getSocket } from '../platform/socket.ts'
import { readStored, writeStored } from '../platform/storage.ts'
import { showToast } from '../ui/toast.ts'
import { messages } from './locale.ts'

export type TerminalList =
  | { readonly status: 'loading' }
  | { readonly status: 'failed'; readonly error: unknown }
  | { readonly status: 'ready'; readonly terminals: readonly TerminalInfo[]; readonly isolation: Isolation | null }

/** The terminal on the page, as menus and the palette use it. */
export interface ShownTerminal {
  readonly copy: () => void
  readonly paste: () => void
  readonly selectAll: () => void
  readonly find: () => void
  readonly focus: () => void
}

/** What is asked before it is done. */
export interface Asking {
  readonly type: 'rename' | 'close'
  readonly id: TerminalId
}

export interface TerminalsState {
  readonly list: TerminalList
  readonly active: TerminalId | null
  readonly isOpen: boolean
  readonly isStarting: boolean
  readonly shown: ShownTerminal | null
  readonly hasSelection: boolean
  /** the size of the one that is shown, where somebody's smaller window decides it */
  readonly smaller: TerminalSize | null
  readonly asking: Asking | null
  readonly isReadAloud: boolean
  /** what could be run when it was last asked for */
  readonly runnables: readonly Runnable[]
  readonly isRunOpen: boolean
}

export interface Terminals {
  readonly workspaceId: WorkspaceId
  readonly store: StoreApi<TerminalsState>
  readonly setOpen: (isOpen: boolean) => void
  readonly select: (id: TerminalId) => void
  /** Selects it and gives it the keyboard, as soon as it is on the page. */
  readonly focus: (id: TerminalId) => void
  /** A terminal came onto the page: menus and the palette mean this one; null when it goes. */
  readonly setShown: (shown: ShownTerminal | null) => void
  readonly setReadAloud: (isOn: boolean) => void
  /** Opens another terminal and shows it; throws what the server answered. */
  readonly start: () => Promise<void>
  readonly close: (id: TerminalId) => Promise<void>
  readonly rename: (id: TerminalId, name: string) => Promise<void>
  readonly listRunnables: () => Promise<readonly Runnable[]>
  readonly run: (runnable: Runnable) => Promise<void>
  readonly reload: () => void
  /** Begins to listen; the answer ends it. */
  readonly watch: () => () => void
}

const OPEN_KEY = 'terminal.open'
const ACTIVE_KEY = 'terminal.active'
/** Until a terminal that was asked for is on the page. */
const FOCUS_MS = 5_000
const READ_ALOUD_KEY = 'terminal.readAloud'
/** Until the reader's own size is known; the first attach brings it. */
const FIRST_SIZE = { cols: 80, rows: 24 }

/** Where the selection goes when the list changed: it stays, or goes to the neighbour, or to what is new. */
export function nextActive(
  before: readonly TerminalInfo[],
  after: readonly TerminalInfo[],
  active: TerminalId | null,
): TerminalId | null {
  if (active !== null && after.some((t) => t.id === active)) return active
  const at = before.findIndex((t) => t.id === active)
  return (after[Math.max(0, Math.min(at, after.length - 1))] ?? null)?.id ?? null
}

/** The terminals of one workspace as everyone sees them, and which one this page shows. */
export function createTerminals(workspaceId: WorkspaceId): Terminals {
  const activeKey = `${ACTIVE_KEY}.${workspaceId}`
  const store = createStore<TerminalsState>(() => ({
    list: { status: 'loading' },
    // After a reload the same one is shown, where it is still there.
    active: readStored(activeKey) as TerminalId | null,
    isOpen: readStored(OPEN_KEY) === 'yes',
    isStarting: false,
    shown: null,
    hasSelection: false,
    smaller: null,
    asking: null,
    isReadAloud: readStored(READ_ALOUD_KEY) === 'yes',
    runnables: [],
    isRunOpen: false,
  }))
  const socket = getSocket()
  /** A terminal that was just opened is shown as soon as the list has it. */
  let wanted: TerminalId | null = null
  /** Only what a person just did moves the keyboard: never a list that changed, or keys meant for a text would run. */
  let focusUntil = 0
  /** The terminal that has the keyboard, or had it when its screen went: it comes back to nothing else. */
  let keyboardIn: TerminalId | null = null
  const onFocusIn = ({ target }: FocusEvent): void => {
    const isInTerminal = target instanceof Element && target.closest('.xterm') !== null
    keyboardIn = isInTerminal ? store.getState().active : null
  }

  const select = (id: TerminalId | null): void => {
    if (id === store.getState().active) return
    // None at all may be a workspace that has not answered yet: what was shown is remembered.
    if (id !== null) writeStored(activeKey, id)
    store.setState({ active: id })
  }
  const take = (terminals: readonly TerminalInfo[], isolation: Isolation | null): void => {
    const { list, active } = store.getState()
    const before = list.status === 'ready' ? list.terminals : []
    // Where none is shown, the last one was: the list of a server that was away comes back whole.
    const last = active ?? (readStored(activeKey) as TerminalId | null)
    const shown = wanted !== null && terminals.some((t) => t.id === wanted) ? wanted : last
    if (shown === wanted) wanted = null
    store.setState({ list: { status: 'ready', terminals, isolation } })
    select(nextActive(before, terminals, shown))
  }
  const load = async (): Promise<void> => {
    try {
      await enterWorkspace(workspaceId)
      const { terminals, isolation } = await emitForResult('terminal.list', { workspaceId })
      take(terminals, isolation)
    } catch (error) {
      store.setState({ list: { status: 'failed', error } })
    }
  }
  const setOpen = (isOpen: boolean): void => {
    if (store.getState().isOpen === isOpen) return
    writeStored(OPEN_KEY, isOpen ? 'yes' : null)
    if (isOpen) focusUntil = performance.now() + FOCUS_MS
    store.setState({ isOpen })
    if (isOpen) void load()
  }
  const focus = (id: TerminalId): void => {
    const { active, shown } = store.getState()
    select(id)
    if (active === id && shown !== null) shown.focus()
    else focusUntil = performance.now() + FOCUS_MS
  }
  const show = (id: TerminalId): void => {
    const { list } = store.getState()
    focusUntil = performance.now() + FOCUS_MS
    if (list.status === 'ready' && list.terminals.some((t) => t.id === id)) focus(id)
    else wanted = id
    setOpen(true)
  }
  const opening = async (ask: () => Promise<{ terminalId: TerminalId }>): Promise<void> => {
    store.setState({ isStarting: true })
    try {
      show((await ask()).terminalId)
    } finally {
      store.setState({ isStarting: false })
    }
  }

  return {
    workspaceId,
    store,
    setOpen,
    select,
    focus,
    setShown(shown) {
      store.setState({ shown, hasSelection: false, smaller: null })
      if (shown === null) return
      const isBack = keyboardIn === store.getState().active && document.activeElement === document.body
      if (!isBack && performance.now() > focusUntil) return
      focusUntil = 0
      shown.focus()
    },
    setReadAloud(isReadAloud) {
      writeStored(READ_ALOUD_KEY, isReadAloud ? 'yes' : null)
      // The screen is made anew for it.
      focusUntil = performance.now() + FOCUS_MS
      store.setState({ isReadAloud })
    },
    start: () => opening(() => emitForResult('terminal.open', { workspaceId, size: FIRST_SIZE })),
    close: async (id) => void (await emitForResult('terminal.close', { workspaceId, terminalId: id })),
    rename: async (id, name) => void (await emitForResult('terminal.rename', { workspaceId, terminalId: id, name })),
    async listRunnables() {
      const { runnables } = await emitForResult('run.list', { workspaceId })
      store.setState({ runnables })
      return runnables
    },
    run: ({ kind, path, name }) =>
      opening(() => emitForResult('run.start', { workspaceId, kind, path, name, size: FIRST_SIZE })),
    reload: () => void load(),
    watch() {
      const handlers = {
        'terminal.changed': (event) => {
          const { list } = store.getState()
          if (event.workspaceId !== workspaceId) return
          take(event.terminals, list.status === 'ready' ? list.isolation : null)
        },
        'terminal.detached': ({ workspaceId: at, terminalId, reason }) => {
          const { list } = store.getState()
          if (at !== workspaceId || reason !== 'lost' || list.status !== 'ready') return
          const name = list.terminals.find((t) => t.id === terminalId)?.name
          // The list will not have it in a moment; why it went must not go with it.
          if (name !== undefined) showToast({ kind: 'error', text: messages.t('lostNamed', { name }) })
        },
        'agent.changed': (event) => {
          const { list } = store.getState()
          if (event.workspaceId !== workspaceId || event.isolation === undefined || list.status !== 'ready') return
          store.setState({ list: { ...list, isolation: event.isolation } })
        },
        // Another role may see what this one could not, or the reverse.
        'role.changed': (event) => void (event.workspaceId === workspaceId && store.getState().isOpen && load()),
      } satisfies Partial<ServerEvents>
      const onConnect = (): void => void (store.getState().isOpen && load())
      for (const [name, handler] of Object.entries(handlers)) socket.on(name as keyof typeof handlers, handler)
      socket.on('connect', onConnect)
      document.addEventListener('focusin', onFocusIn)
      if (socket.connected) onConnect()
      return () => {
        socket.off('connect', onConnect)
        document.removeEventListener('focusin', onFocusIn)
        for (const [name, handler] of Object.entries(handlers)) socket.off(name as keyof typeof handlers, handler)
      }
    },
  }
}
