import type { Actor } from '#shared/access/actor.ts'
import type { Resource } from '#shared/access/can.ts'
import type { WorkspaceId } from '#shared/ids.ts'
import type { LoadWorkspaceResource } from '#server/platform/access.ts'

type WorkspaceResource = Extract<Resource, { type: 'workspace' }>

export interface Judge {
  /** To be called at each change of access, before anyone is judged again. */
  accessChanged(): void
  /** Never older than the last change of access that this node was told of. */
  load(actor: Actor, workspaceId: WorkspaceId): Promise<WorkspaceResource | null>
}

const MAX_READS = 10

/**
 * Loads roles so that a demotion cannot slip between reading the role and acting on it: when access changed while
 * the role was read, it is read again. Whoever acts on the answer must do so without waiting in between.
 */
export function createJudge(loadWorkspace: LoadWorkspaceResource): Judge {
  let changes = 0
  return {
    accessChanged: () => void changes++,
    async load(actor, workspaceId) {
      let resource: WorkspaceResource | null = null
      for (let read = 0; read < MAX_READS; read++) {
        const before = changes
        resource = await loadWorkspace(actor, workspaceId)
        if (before === changes) break
      }
      return resource
    },
  }
}
