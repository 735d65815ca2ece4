import { useEffect } from 'react'
import type { WorkspaceId } from '#shared/ids.ts'
import { emitForResult, getSocket } from '../platform/socket.ts'

/** Who reads a page of a workspace is inside it, and is told what changes there. */
export function useBeingInside(workspace: string): void {
  useEffect(() => {
    const workspaceId = workspace as WorkspaceId
    const socket = getSocket()
    const tell = (event: 'workspace.join' | 'workspace.leave') => {
      emitForResult(event, { workspaceId }).catch(() => {
        // Without the right, or without a connection: the page itself says which, and joins again on connecting.
      })
    }
    const join = () => tell('workspace.join')
    socket.on('connect', join)
    join()
    return () => {
      socket.off('connect', join)
      tell('workspace.leave')
    }
  }, [workspace])
}
