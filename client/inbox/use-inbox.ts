import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import type { NoticeInfo } from '#shared/api/inbox.ts'
import { queryClient } from '../platform/query-client.ts'
import { setTitleBadge } from '../platform/title-badge.ts'
import { inboxQuery, unreadOf } from './queries.ts'
import { showThroughSystem } from './system-notices.ts'

const askAnew = (): void => void queryClient.invalidateQueries({ queryKey: inboxQuery.queryKey })

/** What is unread, kept up to date; it stands in the tab's title while this is mounted. */
export function useUnread(onOpen: () => void): readonly NoticeInfo[] {
  const { data } = useQuery(inboxQuery)
  const unread = unreadOf(data)
  const count = unread.length
  // What was there when the page came is no news.
  const known = useRef<ReadonlySet<string> | null>(null)

  useEffect(() => {
    let forget: (() => void) | null = null
    let isGone = false
    // Lists of workspaces load without the socket; it comes after them.
    void import('../platform/socket.ts').then(
      ({ getSocket }) => {
        if (isGone) return
        const socket = getSocket()
        socket.on('inbox.changed', askAnew)
        // What was told while the connection was away.
        socket.on('connect', askAnew)
        forget = () => {
          socket.off('inbox.changed', askAnew)
          socket.off('connect', askAnew)
        }
      },
      () => {
        // Without it the inbox is asked every few minutes.
      },
    )
    return () => {
      isGone = true
      forget?.()
    }
  }, [])

  useEffect(() => {
    setTitleBadge(count)
    return () => setTitleBadge(0)
  }, [count])

  useEffect(() => {
    if (data === undefined) return
    const before = known.current
    known.current = new Set(data.notices.map(({ id }) => id))
    if (before === null) return
    showThroughSystem(
      unreadOf(data).filter(({ id }) => !before.has(id)),
      onOpen,
    )
  }, [data, onOpen])
  return unread
}
