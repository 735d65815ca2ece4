import { z } from 'zod'
import type { Actor } from '#shared/access/actor.ts'
import { path } from '#shared/api/files.ts'
import { importId, workspaceId } from '#shared/api/id.ts'
import { AppError } from '#shared/errors.ts'
import type { ImportId, WorkspaceId } from '#shared/ids.ts'
import type { ImportStatus } from '#shared/protocol/events.ts'
import { type LiveSocket, personOf, workspaceRoom } from './live-sockets.ts'
import type { Presence } from './presence.ts'
import { type SocketEvent, socketEvent } from '#server/platform/socket-event.ts'

interface WorkspaceEventDeps {
  readonly presence: Presence
  readonly sockets: ReadonlyMap<string, LiveSocket>
  readonly exit: (live: LiveSocket, workspaceId: WorkspaceId) => void
  readonly importWatch: (actor: Actor, importId: ImportId) => ImportStatus | Promise<ImportStatus>
}

/** A tab is inside few workspaces; more than this is not a person. */
const MAX_INSIDE = 20

/** What browsers may send, each with the permission it takes. */
export function createWorkspaceEvents({ presence, sockets, exit, importWatch }: WorkspaceEventDeps): SocketEvent[] {
  const inWorkspace = z.strictObject({ workspaceId })

  return [
    socketEvent({
      name: 'workspace.join',
      permission: 'workspace.read',
      input: inWorkspace,
      handle({ socketId, actor, workspace }, { workspaceId }) {
        const live = sockets.get(socketId)
        const person = workspace?.role ? personOf(actor, workspace.role) : null
        if (!live || !workspace?.role || !person) throw new AppError('not_found')
        if (!live.inside.has(workspaceId) && live.inside.size >= MAX_INSIDE) throw new AppError('too_large')
        live.inside.set(workspaceId, workspace.role)
        void live.socket.join(workspaceRoom(workspaceId))
        presence.enter(workspaceId, socketId, person)
        return { people: presence.people(workspaceId) }
      },
    }),

    socketEvent({
      name: 'workspace.leave',
      permission: 'workspace.read',
      input: inWorkspace,
      handle({ socketId }, { workspaceId }) {
        const live = sockets.get(socketId)
        if (live) exit(live, workspaceId)
        return null
      },
    }),

    socketEvent({
      name: 'presence.look',
      permission: 'workspace.read',
      input: z.strictObject({ workspaceId, path: path.nullable(), isIdle: z.boolean().optional() }),
      handle({ socketId }, input) {
        // Presence is for those inside; a look from outside would be a ghost.
        if (!sockets.get(socketId)?.inside.has(input.workspaceId)) throw new AppError('bad_request')
        presence.look(input.workspaceId, socketId, { path: input.path, isIdle: input.isIdle === true })
        return null
      },
    }),

    socketEvent({
      name: 'import.watch',
      permission: 'account.use',
      input: z.strictObject({ importId }),
      handle: ({ actor }, input) => importWatch(actor, input.importId),
    }),
  ]
}
