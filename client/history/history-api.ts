import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { HistoryPage } from '#shared/api/history.ts'
import { api } from '../platform/api.ts'

const key = (documentId: string) => ['history', documentId] as const
export const historyKey = key

/** Pages of sessions of work, newest first. */
export const historyOf = (workspaceId: string, documentId: string) =>
  infiniteQueryOptions({
    queryKey: [...key(documentId), 'list'],
    initialPageParam: null as number | null,
    queryFn: ({ pageParam }): Promise<HistoryPage> =>
      api.history.list.query({ workspaceId, documentId, ...(pageParam !== null && { before: pageParam }) }),
    getNextPageParam: (last: HistoryPage) => last.nextBefore,
    // The panel says it; the page stays.
    throwOnError: false,
  })

/** The text of one moment, which never changes. */
export const momentOf = (workspaceId: string, documentId: string, seq: number) =>
  queryOptions({
    queryKey: [...key(documentId), 'moment', seq],
    queryFn: () => api.history.moment.query({ workspaceId, documentId, seq }),
    staleTime: Infinity,
    gcTime: 60_000,
    throwOnError: false,
  })

/** Files that are gone and whose text is still kept. */
export const deletedFiles = (workspaceId: string) =>
  queryOptions({
    queryKey: ['deleted-files', workspaceId],
    queryFn: async () => (await api.files.deleted.query({ workspaceId })).files,
    staleTime: 0,
    throwOnError: false,
  })
