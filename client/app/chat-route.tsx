import { useSuspenseQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useEffect } from 'react'
import type { WorkspaceId } from '#shared/ids.ts'
import { ChatPage } from '../chat/chat-page.tsx'
import { useMe } from '../platform/session.ts'
import { emitForResult, getSocket } from '../platform/socket.ts'
import { workspaceInfo } from '../workspaces/queries.ts'
import { WorkspaceEvents } from './workspace-events.tsx'

/** `/w/:workspace/chat/:chat`: chats without the IDE. */
export function ChatRoute() {
  const { workspaceId = '', chatId } = useParams({ strict: false })
  const navigate = useNavigate()
  const me = useMe()
  const { role } = useSuspenseQuery(workspaceInfo(workspaceId)).data
  useBeingInside(workspaceId)
  if (me === null) return null
  return (
    <>
      <WorkspaceEvents workspaceId={workspaceId} />
      <ChatPage
        key={workspaceId}
        workspaceId={workspaceId}
        chatId={chatId ?? null}
        role={role}
        meId={me.id}
        onChoose={(id) =>
          void (id === null
            ? navigate({ to: '/w/$workspaceId/chat', params: { workspaceId } })
            : navigate({ to: '/w/$workspaceId/chat/$chatId', params: { workspaceId, chatId: id } }))
        }
      />
    </>
  )
}

/** Who reads a chat is inside the workspace, and is told when its list changes. */
function useBeingInside(workspace: string): void {
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
