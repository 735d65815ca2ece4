import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import type { ServerEvents } from '#shared/protocol/events.ts'
import { refreshSession, sessionEnd, useAuthState } from '../platform/session.ts'
import { getSocket, reconnectSocket } from '../platform/socket.ts'
import { noteVisit } from '../platform/visits.ts'
import { announceBudget } from './announce-budget.ts'
import { announceGuest } from '../workspaces/announce-guest.ts'
import { announceWish } from '../workspaces/announce-wish.ts'
import { workspaceInfo } from '../workspaces/queries.ts'

/** What concerns the whole page while a workspace is open: guests who arrive, members who ask, sessions that end. */
export function WorkspaceEvents({ workspaceId }: { workspaceId: string }) {
  const auth = useAuthState()
  const isSignedIn = auth !== undefined && auth.me !== null
  const wasSignedIn = useRef(isSignedIn)
  const role = useQuery({ ...workspaceInfo(workspaceId), throwOnError: false }).data?.role

  useEffect(() => {
    const socket = getSocket()
    const onEnd: ServerEvents['session.ended'] = ({ reason }) => {
      sessionEnd.reason = reason
      // The overlay follows from what the server now says of this browser.
      void refreshSession({ forget: false })
    }
    socket.on('session.ended', onEnd)
    return () => void socket.off('session.ended', onEnd)
  }, [])

  const meId = auth?.me?.id
  useEffect(() => {
    if (meId !== undefined && role !== undefined) noteVisit(meId, workspaceId)
  }, [meId, role, workspaceId])

  useEffect(() => {
    if (role === undefined || role === 'link') return undefined
    const socket = getSocket()
    const onGuest: ServerEvents['guest.joined'] = (event) => {
      if (event.workspaceId === workspaceId) announceGuest(event, role)
    }
    const onWish: ServerEvents['edit.asked'] = (event) => {
      if (event.workspaceId === workspaceId) announceWish(event)
    }
    const onBudget: ServerEvents['ai.budgetWarning'] = (event) => {
      if (event.workspaceId === null || event.workspaceId === workspaceId) void announceBudget(workspaceId)
    }
    socket.on('guest.joined', onGuest)
    socket.on('edit.asked', onWish)
    socket.on('ai.budgetWarning', onBudget)
    return () => {
      socket.off('guest.joined', onGuest)
      socket.off('edit.asked', onWish)
      socket.off('ai.budgetWarning', onBudget)
    }
  }, [workspaceId, role])

  useEffect(() => {
    // The server closed the old connection for good; the next one carries the new cookie.
    if (isSignedIn && !wasSignedIn.current) reconnectSocket()
    wasSignedIn.current = isSignedIn
  }, [isSignedIn])
  return null
}
