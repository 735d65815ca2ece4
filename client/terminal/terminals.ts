import { createStore, type StoreApi } from 'zustand/vanilla'
import type { TerminalId, WorkspaceId } from '#shared/ids.ts'
import type { ServerEvents } from '#shared/protocol/events.ts'
import type { Isolation, Runnable, TerminalInfo } from '#shared/protocol/terminal.ts'
import { emitForResult, enterWorkspace, getSocket } from '../platform/socket.ts'
import { readStored, writeStored } from '../platform/storage.ts'

export type TerminalList =
  | { readonly status: 'loading' }
  | { readonly status: 'failed'; readonly error: unknown }
  | { readonly status: 'ready'; readonly terminals: readonly TerminalInfo[]; readonly isolation: Isolation | null }

export interface TerminalsState {
  readonly list: TerminalList
  readonly active: TerminalId | null
  readonly isOpen: boolean
  readonly isStarting: boolean
}

export interface Terminals {
  readonly workspaceId: WorkspaceId
  readonly store: StoreApi<TerminalsState>
  readonly setOpen: (isOpen: boolean) => void
  readonly select: (id: TerminalId) => void
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
  const store = createStore<TerminalsState>(() => ({
    list: { status: 'loading' },
    active: null,
    isOpen: readStored(OPEN_KEY) === 'yes',
    isStarting: false,
  }))
  const socket = getSocket()
  /** A terminal that was just opened is shown as soon as the list has it. */
  let wanted: TerminalId | null = null

  const take = (terminals: readonly TerminalInfo[], isolation: Isolation | null): void => {
    const { list, active } = store.getState()
    const before = list.status === 'ready' ? list.terminals : []
    const shown = wanted !== null && terminals.some((t) => t.id === wanted) ? wanted : active
    if (shown === wanted) wanted = null
    store.setState({ list: { status: 'ready', terminals, isolation }, active: nextActive(before, terminals, shown) })
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
    store.setState({ isOpen })
    if (isOpen) void load()
  }
  const show = (id: TerminalId): void => {
    const { list } = store.getState()
    if (list.status === 'ready' && list.terminals.some((t) => t.id === id)) store.setState({ active: id })
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
    select: (id) => store.setState({ active: id }),
    start: () => opening(() => emitForResult('terminal.open', { workspaceId, size: FIRST_SIZE })),
    close: async (id) => void (await emitForResult('terminal.close', { workspaceId, terminalId: id })),
    rename: async (id, name) => void (await emitForResult('terminal.rename', { workspaceId, terminalId: id, name })),
    listRunnables: async () => (await emitForResult('run.list', { workspaceId })).runnables,
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
      if (socket.connected) onConnect()
      return () => {
        socket.off('connect', onConnect)
        for (const [name, handler] of Object.entries(handlers)) socket.off(name as keyof typeof handlers, handler)
      }
    },
  }
}
