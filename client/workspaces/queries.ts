import { queryOptions } from '@tanstack/react-query'
import { api } from '../platform/api.ts'
import { queryClient } from '../platform/query-client.ts'

const PRESENCE_REFRESH_MS = 10_000

export const workspaceList = queryOptions({
  queryKey: ['workspaces', 'list'],
  queryFn: () => api.workspaces.list.query(),
  refetchInterval: PRESENCE_REFRESH_MS,
})
export const workspaceInfo = (workspaceId: string) =>
  queryOptions({
    queryKey: ['workspaces', workspaceId, 'info'],
    queryFn: () => api.workspaces.get.query({ workspaceId }),
  })
export const members = (workspaceId: string) =>
  queryOptions({
    queryKey: ['workspaces', workspaceId, 'members'],
    queryFn: () => api.workspaces.members.query({ workspaceId }),
  })
export const invites = (workspaceId: string) =>
  queryOptions({
    queryKey: ['workspaces', workspaceId, 'invites'],
    queryFn: () => api.workspaces.invites.query({ workspaceId }),
  })
export const links = (workspaceId: string) =>
  queryOptions({
    queryKey: ['workspaces', workspaceId, 'links'],
    queryFn: () => api.workspaces.links.query({ workspaceId }),
    refetchInterval: PRESENCE_REFRESH_MS,
  })
export const terminalSettings = (workspaceId: string) =>
  queryOptions({
    queryKey: ['workspaces', workspaceId, 'terminals'],
    queryFn: () => api.terminals.settings.query({ workspaceId }),
  })

/** After a change: everything about workspaces is asked for again where it is shown. */
export const refreshWorkspaces = (): Promise<void> => queryClient.invalidateQueries({ queryKey: ['workspaces'] })
