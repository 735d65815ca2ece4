import { queryOptions } from '@tanstack/react-query'
import type { Inbox } from '#shared/api/inbox.ts'
import { api } from '../platform/api.ts'
import { queryClient } from '../platform/query-client.ts'

export const inboxQuery = queryOptions({
  queryKey: ['inbox'],
  queryFn: () => api.inbox.list.query(),
  // What is in it is told of by the server; this is for tabs that have lost it for a while.
  refetchInterval: 5 * 60_000,
  throwOnError: false,
})

export const unreadOf = (inbox: Inbox | undefined) => (inbox?.notices ?? []).filter(({ isRead }) => !isRead)

/** Shown as read at once; were that not kept, the next answer says so. */
export async function markRead(ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  queryClient.setQueryData(inboxQuery.queryKey, (inbox) =>
    inbox === undefined
      ? inbox
      : { notices: inbox.notices.map((one) => (ids.includes(one.id) ? { ...one, isRead: true } : one)) },
  )
  try {
    await api.inbox.markRead.mutate({ ids: [...ids] })
  } finally {
    await queryClient.invalidateQueries({ queryKey: inboxQuery.queryKey })
  }
}
