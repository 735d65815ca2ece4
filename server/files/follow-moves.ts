import type { WorkspaceId } from '#shared/ids.ts'
import type { TreeMove } from '#shared/protocol/agent.ts'
import type { DocumentRows } from './document-rows.ts'
import type { Broadcast } from './serve-agent.ts'

/** Takes documents along when programs give files and folders other names; one workspace's moves in their order. */
export function createMoveFollower(options: {
  rows: Pick<DocumentRows, 'move' | 'hasAny'>
  broadcast: Broadcast
}): (workspaceId: WorkspaceId, moves: readonly TreeMove[]) => Promise<void> {
  const { rows, broadcast } = options
  const queues = new Map<WorkspaceId, Promise<void>>()

  const follow = async (workspaceId: WorkspaceId, moves: readonly TreeMove[]): Promise<void> => {
    // Most files that are moved by the thousand have never been opened.
    if (!(await rows.hasAny(workspaceId, moves))) return
    for (const move of moves) {
      for (const { documentId, from, to } of await rows.move(workspaceId, move.from, move.to)) {
        broadcast(workspaceId, 'file.renamed', { workspaceId, documentId, from, to })
      }
    }
  }

  return (workspaceId, moves) => {
    const turn = (queues.get(workspaceId) ?? Promise.resolve()).then(() => follow(workspaceId, moves))
    const settled = turn
      .catch(() => {
        // Told to whoever asked.
      })
      .then(() => {
        if (queues.get(workspaceId) === settled) queues.delete(workspaceId)
      })
    queues.set(workspaceId, settled)
    return turn
  }
}
