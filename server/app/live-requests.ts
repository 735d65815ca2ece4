import type { ServerResponse } from 'node:http'
import type { Actor } from '#shared/access/actor.ts'
import type { WorkspaceId } from '#shared/ids.ts'
import type { ControlEvent } from '#shared/protocol/control.ts'
import type { ControlBus } from '#server/platform/control.ts'
import type { Logger } from '#server/platform/log.ts'

/** A request to a route that may take long: a download, an upload, an archive. */
export interface LiveRequest {
  readonly actor: Actor
  readonly workspaceId: WorkspaceId | undefined
  readonly res: ServerResponse
  /** Throws, or answers false, where it would be refused now. */
  judge(): Promise<boolean>
}

export interface LiveRequests {
  track(request: LiveRequest): void
}

/** Judges requests under way again when access changes, and cuts what would be refused now (A3). */
export function createLiveRequests(options: { control: ControlBus; log: Logger }): LiveRequests {
  const requests = new Set<LiveRequest>()

  const judgeAgain = async (request: LiveRequest): Promise<void> => {
    const isAllowed = await request.judge().catch((error: unknown) => {
      options.log.debug({ err: error }, 'a request under way is refused')
      return false
    })
    if (!isAllowed) request.res.destroy()
  }

  options.control.subscribe((event) => {
    for (const request of requests) if (concerns(event, request)) void judgeAgain(request)
  })

  return {
    track(request) {
      requests.add(request)
      request.res.once('close', () => requests.delete(request))
    },
  }
}

function concerns(event: ControlEvent, { actor, workspaceId }: LiveRequest): boolean {
  switch (event.type) {
    case 'sessions-revoked':
      return actor.type === 'user' && actor.userId === event.userId
    case 'role-changed':
    case 'link-revoked':
    case 'guest-removed':
    case 'workspace-deleted':
      return workspaceId === event.workspaceId
    case 'agent-replaced':
      return false
  }
}
