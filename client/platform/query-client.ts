import { QueryClient } from '@tanstack/react-query'
import { failureOf, hasCode } from './api-error.ts'

export const AUTH_STATE_KEY = ['auth', 'state'] as const

const MAX_RETRIES = 3
const isPassing = (error: unknown) => ['network', 'unavailable', 'timeout'].includes(failureOf(error).code)

export const queryClient: QueryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (count, error) => count < MAX_RETRIES && isPassing(error),
      throwOnError: (error, query) => query.state.data === undefined && hasCode(error, 'not_found', 'forbidden'),
    },
    // A mutation is never repeated by itself: the first try may have arrived.
    mutations: { retry: false, networkMode: 'always' },
  },
})
