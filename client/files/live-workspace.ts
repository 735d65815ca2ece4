import type { TreeDelta } from '#shared/protocol/agent.ts'
import { IDLE_AFTER_MS, type ServerEvents } from '#shared/protocol/events.ts'
import type { WorkspaceId } from '#shared/ids.ts'
import { hasCode } from '../platform/api-error.ts'
import { api } from '../platform/api.ts'
import { emitForResult, enterWorkspace, getSocket, leaveWorkspace } from '../platform/socket.ts'
import { watchIdle } from '../platform/watch-idle.ts'
import { noteDisk } from './disk-notices.ts'
import { fetchTree, filesApi } from './files-api.ts'
import type { OpenFiles } from './open-files.ts'
import { endedState, type WorkbenchStore } from './state.ts'
import { createDiskMarks, marksOf } from './disk-marks.ts'
import { gatherPerFrame } from './gather.ts'
import { addListing, applyDeltas, startTree } from './tree.ts'
import { activePath } from './tabs.ts'

export interface LiveWorkspace {
  readonly reloadTree: () => Promise<void>
  readonly listFolder: (path: string) => Promise<void>
  readonly close: () => void
}

interface Followed {
  readonly store: WorkbenchStore
  readonly workspaceId: string
  readonly files: Pick<OpenFiles, 'onDisk' | 'rename'>
  readonly isGuest: boolean
}

interface Notices {
  readonly onRole: (role: string) => void
  /** somebody who had lost access has it again */
  readonly onReturn: () => void
  /** a file got another name: its tabs and the address of the page follow */
  readonly onRename: (from: string, to: string) => void
}

/** Keeps tree, people, role and disk state as the server tells them, over reconnects. */
export function followWorkspace({ store, workspaceId, files, isGuest }: Followed, notices: Notices): LiveWorkspace {
  const socket = getSocket()
  const id = workspaceId as WorkspaceId
  let isClosed = false

  const hasEnded = (): boolean => store.getState().end !== null
  /** What may no longer be seen is not left standing, nor what works no more offered. */
  const finish = (end: 'revoked' | 'gone'): void => {
    deltas.clear()
    store.setState(endedState(end))
  }

  const reloadTree = async (): Promise<void> => {
    try {
      const snapshot = await fetchTree(workspaceId)
      if (hasEnded()) return
      store.setState({
        tree: { status: 'ready', tree: startTree(snapshot.revision, snapshot.entries) },
        agent: snapshot.agent,
        hold: snapshot.hold,
      })
    } catch (error) {
      // A tree once known stays, rather than giving way to an error.
      if (store.getState().tree.status !== 'ready') store.setState({ tree: { status: 'failed', error } })
    }
  }
  const loadInfo = async (): Promise<void> => {
    try {
      const info = await api.workspaces.get.query({ workspaceId })
      if (!hasEnded()) store.setState({ info, role: info.role, agent: info.agent, infoError: null })
    } catch (error) {
      if (store.getState().info === null) store.setState({ infoError: error })
      // It ended while the connection was away. A guest's session goes with the link; a person's is asked for again.
      else if (hasCode(error, 'not_found', 'forbidden', ...(isGuest ? (['unauthenticated'] as const) : [])))
        finish('revoked')
    }
  }
  let isIdle = false
  const look = () =>
    emitForResult('presence.look', { workspaceId: id, path: activePath(store.getState().layout), isIdle })
  const lookAnew = (): void =>
    void look().catch(() => {
      // Presence is a courtesy, and entering again after a reconnection tells it anew.
    })
  const enter = async (): Promise<void> => {
    try {
      const { people } = await enterWorkspace(id)
      if (isClosed || hasEnded()) return
      store.setState({ people })
      await look()
    } catch {
      // Presence is a courtesy: without it editing goes on, and the next connection tries again.
    }
  }
  const come = (): void => {
    if (hasEnded()) return
    void enter()
    void loadInfo()
    void reloadTree()
  }

  const move = (from: string, to: string): void => {
    files.rename(from, to)
    notices.onRename(from, to)
  }
  /** A deleted file that is on the disk again is an ordinary one. */
  const comeBack = (path: string): void => {
    const file = store.getState().files[path]
    if (file?.status === 'open' && file.isGone)
      store.setState(({ files: all }) => ({ files: { ...all, [path]: { ...file, isGone: false } } }))
  }
  const marks = createDiskMarks(store)
  const deltas = gatherPerFrame<TreeDelta>((gathered) => {
    const { tree } = store.getState()
    if (tree.status !== 'ready') return
    const next = applyDeltas(tree.tree, gathered)
    if (next === null) void reloadTree()
    else if (next !== tree.tree) {
      store.setState({ tree: { status: 'ready', tree: next } })
      marks.show(marksOf(tree.tree, gathered))
    }
    for (const { upserts } of gathered) for (const { path } of upserts) comeBack(path)
  })
  type Handlers = { [E in keyof ServerEvents]?: ServerEvents[E] }
  const mine = (workspace: string): boolean => workspace === workspaceId
  const handlers: Handlers = {
    'presence.changed': (event) => void (mine(event.workspaceId) && store.setState({ people: event.people })),
    'tree.delta': (event) => void (mine(event.workspaceId) && deltas.add(event.delta)),
    'tree.reset': (event) => void (mine(event.workspaceId) && reloadTree()),
    'file.status': (event) => {
      if (!mine(event.workspaceId)) return
      if (event.status === 'on-disk') files.onDisk(event.documentId, event.seq)
      else noteDisk(store, event)
    },
    'file.renamed': (event) => void (mine(event.workspaceId) && move(event.from, event.to)),
    'file.gone': (event) => {
      const open = store.getState().files[event.path]
      if (!mine(event.workspaceId) || open?.status !== 'open') return
      store.setState(({ files: all }) => ({ files: { ...all, [event.path]: { ...open, isGone: true } } }))
    },
    'agent.changed': (event) => {
      if (!mine(event.workspaceId)) return
      store.setState({ agent: event.status })
      if (event.status === 'running') void reloadTree()
    },
    'files.held': (event) => void (mine(event.workspaceId) && store.setState({ hold: event.hold })),
    'role.changed': (event) => {
      // What the role allows may have changed without it: those whom that concerns ask anew.
      if (!mine(event.workspaceId) || event.role === store.getState().role) return
      if (event.role === null) return finish('revoked')
      // The page has let go of everything; it begins anew when it is loaded anew.
      if (hasEnded()) return notices.onReturn()
      // Whatever was asked for is answered.
      store.setState({ role: event.role, editWish: null })
      notices.onRole(event.role)
    },
    'workspace.gone': (event) => void (mine(event.workspaceId) && finish('gone')),
  }
  const listen = (action: 'on' | 'off'): void => {
    for (const [event, handler] of Object.entries(handlers)) socket[action](event as keyof ServerEvents, handler)
  }
  listen('on')
  socket.on('connect', come)
  if (socket.connected) come()
  else {
    // The tree need not wait for the socket; it is read again once its changes are heard.
    void loadInfo()
    void reloadTree()
  }

  let looked = activePath(store.getState().layout)
  const stopLooking = store.subscribe((state) => {
    const path = activePath(state.layout)
    if (path === looked) return
    looked = path
    lookAnew()
  })
  const stopWatchingIdle = watchIdle(IDLE_AFTER_MS, (now) => {
    isIdle = now
    lookAnew()
  })
  return {
    reloadTree,
    listFolder: async (path) => {
      const { tree } = store.getState()
      if (tree.status !== 'ready' || tree.tree.listed.has(path) || (tree.tree.folders.get(path)?.size ?? 0) > 0) return
      const { entries } = await filesApi.list.query({ workspaceId, path })
      const now = store.getState().tree
      if (now.status === 'ready')
        store.setState({ tree: { status: 'ready', tree: addListing(now.tree, path, entries) } })
    },
    close: () => {
      isClosed = true
      deltas.clear()
      marks.close()
      listen('off')
      socket.off('connect', come)
      stopLooking()
      stopWatchingIdle()
      leaveWorkspace(id)
    },
  }
}
