import { queryOptions } from '@tanstack/react-query'
import { api } from '../platform/api.ts'
import { queryClient } from '../platform/query-client.ts'

const REFRESH_MS = 15_000

/** Whether any model answers here, and which. */
export const aiStatus = queryOptions({ queryKey: ['ai', 'status'], queryFn: () => api.ai.status.query() })
export const aiConfig = queryOptions({ queryKey: ['ai', 'config'], queryFn: () => api.ai.admin.config.query() })
export const aiBudgets = queryOptions({
  queryKey: ['ai', 'budgets'],
  queryFn: () => api.ai.admin.budgets.query(),
  refetchInterval: REFRESH_MS,
})
export const apiKeys = queryOptions({ queryKey: ['ai', 'keys'], queryFn: () => api.ai.keys.list.query() })

/** After a change: everything about AI is asked for again where it is shown. */
export const refreshAi = (): Promise<void> => queryClient.invalidateQueries({ queryKey: ['ai'] })
