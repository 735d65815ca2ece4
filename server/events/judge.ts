import { type Actor, authorId } from '#shared/access/actor.ts'
import type { Resource } from '#shared/access/can.ts'
import type { WorkspaceId } from '#shared/ids.ts'
import type { LoadWorkspaceResource } from '#server/platform/access.ts'

type WorkspaceResource = Extract<Resource, { type: 'workspace' }>

export interface Judge {
  /** To be called at each change of access, before anyone is judged again. */
  accessChanged(): void
  /** Never older than the last change of access that this node was told of. */
  load(actor: Actor, workspaceId: WorkspaceId): Promise<WorkspaceResource | null>
  /** The same for what comes many times a second: read again after a change of access, or after RECENT_MS. */
  recent(actor: Actor, workspaceId: WorkspaceId): Promise<WorkspaceResource | null>
}

const MAX_READS = 10
const RECENT_MS = 5_000
const RECENT_MAX = 10_000

/**
 * Loads roles so that a demotion cannot slip between reading the role and acting on it: when access changed while
 * the role was read, it is read again. Whoever acts on the answer must do so without waiting in between.
 */
export function createJudge(loadWorkspace: LoadWorkspaceResource, now: () => number): Judge {
  let changes = 0
  const kept = new Map<string, { readonly at: number; readonly resource: WorkspaceResource | null }>()
  const load = async (actor: Actor, workspaceId: WorkspaceId): Promise<WorkspaceResource | null> => {
    let resource: WorkspaceResource | null = null
    for (let read = 0; read < MAX_READS; read++) {
      const before = changes
      resource = await loadWorkspace(actor, workspaceId)
      if (before === changes) break
    }
    return resource
  }
  return {
    accessChanged() {
      changes++
      kept.clear()
    },
    load,
    async recent(actor, workspaceId) {
      const key = `${authorId(actor)} ${workspaceId}`
      const found = kept.get(key)
      if (found !== undefined && Math.abs(now() - found.at) < RECENT_MS) return found.resource
      const before = changes
      const resource = await load(actor, workspaceId)
      if (kept.size >= RECENT_MAX) kept.clear()
      if (before === changes) kept.set(key, { at: now(), resource })
      return resource
    },
  }
}
