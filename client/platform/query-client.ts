import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { failureOf, hasCode } from './api-error.ts'

export const AUTH_STATE_KEY = ['auth', 'state'] as const

const MAX_RETRIES = 3
const isPassing = (error: unknown) => ['network', 'unavailable', 'timeout'].includes(failureOf(error).code)

// A refused call means that what this page believes of its session is old: ask again, and the overlay follows.
const onError = (error: unknown) => {
  if (hasCode(error, 'unauthenticated', 'suspended')) void queryClient.invalidateQueries({ queryKey: AUTH_STATE_KEY })
}

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
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
