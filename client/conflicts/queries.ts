import { queryOptions } from '@tanstack/react-query'
import type { ConflictInfo } from '#shared/api/conflicts.ts'
import type { WorkspaceId } from '#shared/ids.ts'
import { api } from '../platform/api.ts'
import { queryClient } from '../platform/query-client.ts'

export const conflictList = (workspaceId: string) =>
  queryOptions({
    queryKey: ['conflicts', workspaceId],
    queryFn: (): Promise<readonly ConflictInfo[]> =>
      api.files.conflicts.query({ workspaceId: workspaceId as WorkspaceId }),
    // Events keep it true.
    staleTime: Infinity,
    throwOnError: false,
  })

export const refreshConflicts = (workspaceId: string): Promise<void> =>
  queryClient.invalidateQueries({ queryKey: conflictList(workspaceId).queryKey })
