import type { UserActor } from '#shared/access/actor.ts'
import type { ApiKeyScope } from '#shared/api/ai.ts'
import { workspaceId as workspaceIdForm } from '#shared/api/id.ts'
import { AppError } from '#shared/errors.ts'
import type { WorkspaceId } from '#shared/ids.ts'
import { requirePermission } from '#server/platform/access.ts'
import type { ControlBus } from '#server/platform/control.ts'
import type { RouteRequest } from '#server/platform/http.ts'
import type { GatewayCaller } from '../gateway/types.ts'
import type { ApiKeys } from '../keys/api-keys.ts'

/** Names the workspace that a session's call, or that of a key without one, is charged to. */
export const WORKSPACE_HEADER = 'x-pairloom-workspace'

export interface Admitted {
  readonly caller: GatewayCaller
  /** Also aborted where the right to use AI there ends. */
  readonly signal: AbortSignal
}

/** Judges what a route's permission cannot: the key's scope, and AI in the workspace that is to be charged. */
export function createAdmission({ keys, control }: { keys: ApiKeys; control: ControlBus }) {
  const running = new Map<AbortController, { workspaceId: WorkspaceId; judge(): Promise<void> }>()
  control.subscribe((event) => {
    if (event.type !== 'role-changed' && event.type !== 'workspace-deleted') return
    for (const [abort, { workspaceId, judge }] of running) {
      if (workspaceId === event.workspaceId) judge().catch(() => abort.abort())
    }
  })

  const requireScope = ({ req }: RouteRequest, scope: ApiKeyScope): void => {
    const key = keys.keyOf(req)
    if (key && !key.scopes.includes(scope)) throw new AppError('forbidden')
  }

  return {
    requireScope,
    async admit(request: RouteRequest, scope: ApiKeyScope): Promise<Admitted> {
      requireScope(request, scope)
      const { req, context, res } = request
      const actor = context.actor as UserActor
      const key = keys.keyOf(req)
      const workspaceId = key?.workspaceId ?? namedWorkspace(req.headers[WORKSPACE_HEADER])
      const caller: GatewayCaller = {
        userId: actor.userId,
        workspaceId,
        requestId: context.requestId,
        ...(key ? { apiKeyId: key.id } : {}),
      }
      if (workspaceId === null) return { caller, signal: context.signal }
      const judge = async (): Promise<void> =>
        requirePermission(actor, 'workspace.ai', await context.loadWorkspace(actor, workspaceId))
      await judge()
      const abort = new AbortController()
      running.set(abort, { workspaceId, judge })
      res.once('close', () => running.delete(abort))
      return { caller, signal: AbortSignal.any([context.signal, abort.signal]) }
    },
  }
}

function namedWorkspace(header: string | string[] | undefined): WorkspaceId | null {
  if (header === undefined) return null
  const parsed = workspaceIdForm.safeParse(header)
  if (!parsed.success) throw new AppError('not_found')
  return parsed.data
}
