import { can } from '#shared/access/can.ts'
import type { WorkspaceId } from '#shared/ids.ts'
import type { ControlEvent } from '#shared/protocol/control.ts'
import type { Logger } from '#server/platform/log.ts'
import type { Judge } from './judge.ts'
import { type LiveSocket, personOf, workspaceRoom } from './live-sockets.ts'
import type { Presence } from './presence.ts'

interface AccessWatchOptions {
  readonly judge: Judge
  readonly presence: Presence
  readonly sockets: ReadonlyMap<string, LiveSocket>
  readonly isStillValid: (live: LiveSocket) => Promise<boolean>
  /** a feature may hold more for this socket than presence */
  readonly onJudged: (live: LiveSocket, workspaceId: WorkspaceId, resource: WorkspaceResource | null) => void
  readonly onLeft: (live: LiveSocket, workspaceId: WorkspaceId) => void
  readonly log: Logger
}

type WorkspaceResource = Awaited<ReturnType<Judge['load']>>

export interface AccessWatch {
  /** Acts on a change of access at once. */
  onControl(event: ControlEvent): void
  /** Judges a socket anew: whatever changed since its handshake. */
  recheck(live: LiveSocket): Promise<void>
  /** The same for every socket, for what no event tells of: a session or a link that ran out. */
  recheckAll(): Promise<void>
  exit(live: LiveSocket, workspaceId: WorkspaceId): void
}

/** Takes away from live sockets what their people may no longer see. */
export function createAccessWatch(options: AccessWatchOptions): AccessWatch {
  const { judge, presence, sockets, isStillValid, log } = options

  function exit(live: LiveSocket, workspaceId: WorkspaceId): void {
    live.inside.delete(workspaceId)
    void live.socket.leave(workspaceRoom(workspaceId))
    presence.leave(workspaceId, live.socket.id)
    options.onLeft(live, workspaceId)
  }

  function end(live: LiveSocket, reason: 'signed-out' | 'suspended'): void {
    if (live.actor.type === 'user') live.socket.emit('session.ended', { reason })
    else for (const workspaceId of live.inside.keys()) live.socket.emit('role.changed', { workspaceId, role: null })
    live.socket.disconnect(true)
  }

  /** `isAnnounced`: the person hears their role even where this socket knew of none. */
  async function rejudge(live: LiveSocket, workspaceId: WorkspaceId, isAnnounced: boolean): Promise<void> {
    const resource = await judge.load(live.actor, workspaceId)
    options.onJudged(live, workspaceId, resource)
    const before = live.inside.get(workspaceId) ?? null
    const role = resource !== null && can(live.actor, 'workspace.read', resource) ? resource.role : null
    if (before !== null && role === null) exit(live, workspaceId)
    if (before !== null && resource?.isDeleted) live.socket.emit('workspace.gone', { workspaceId })
    else if (isAnnounced || (before !== null && role !== before))
      live.socket.emit('role.changed', { workspaceId, role })
    if (role === null) {
      // A guest is here for this workspace alone.
      if (live.actor.type === 'guest') live.socket.disconnect(true)
      return
    }
    if (before === null) return
    live.inside.set(workspaceId, role)
    const person = personOf(live.actor, role)
    if (person) presence.enter(workspaceId, live.socket.id, person)
  }

  /** Who cannot be judged is cut off, to come back and be judged again. */
  function rejudgeOrCut(live: LiveSocket, workspaceId: WorkspaceId, isAnnounced: boolean): void {
    rejudge(live, workspaceId, isAnnounced).catch((error: unknown) => {
      log.error({ err: error, workspaceId }, 'a socket could not be judged after a change of access')
      live.socket.disconnect(true)
    })
  }

  function onControl(event: ControlEvent): void {
    judge.accessChanged()
    switch (event.type) {
      case 'sessions-revoked':
        for (const live of sockets.values()) {
          if (live.actor.type !== 'user' || live.actor.userId !== event.userId) continue
          if (event.sessionIds === 'all' || event.sessionIds.includes(live.actor.sessionId)) end(live, event.reason)
        }
        return
      case 'role-changed':
        for (const live of sockets.values()) {
          const isTheirs = live.actor.type === 'user' && live.actor.userId === event.userId
          if (isTheirs) rejudgeOrCut(live, event.workspaceId, true)
        }
        return
      case 'link-revoked':
      case 'guest-removed':
        for (const live of sockets.values()) {
          const isGuest = live.actor.type === 'guest' && live.actor.workspaceId === event.workspaceId
          if (isGuest || live.inside.get(event.workspaceId) === 'link') rejudgeOrCut(live, event.workspaceId, false)
        }
        return
      case 'workspace-deleted':
        for (const live of sockets.values()) {
          if (live.inside.has(event.workspaceId)) rejudgeOrCut(live, event.workspaceId, false)
        }
        return
      case 'agent-replaced':
        return
    }
  }

  async function recheck(live: LiveSocket): Promise<void> {
    // Suspensions are told by an event with their reason; here it is a session or a link that ran out.
    if (!(await isStillValid(live))) return end(live, 'signed-out')
    for (const workspaceId of live.inside.keys()) await rejudge(live, workspaceId, false)
  }

  let isRechecking = false
  return {
    onControl,
    exit,
    recheck,
    async recheckAll() {
      if (isRechecking) return
      isRechecking = true
      for (const live of sockets.values()) {
        try {
          await recheck(live)
        } catch (error) {
          // The database is away: nothing was taken away meanwhile that an event would not have told.
          log.warn({ err: error }, 'a socket could not be judged again')
        }
      }
      isRechecking = false
    },
  }
}
