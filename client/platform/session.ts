import { queryOptions, useQuery, useSuspenseQuery } from '@tanstack/react-query'
import type { AuthState, Me, Preferences } from '#shared/api/auth.ts'
import { api, onSessionRefused } from './api.ts'
import { noteGuest } from './former-guest.ts'
import { AUTH_STATE_KEY, queryClient } from './query-client.ts'

let formerMe: Me | null = null

/** Why the session ended, where the server said so. */
export const sessionEnd: { reason: 'signed-out' | 'suspended' } = { reason: 'signed-out' }

export const authStateQuery = queryOptions({
  queryKey: AUTH_STATE_KEY,
  queryFn: async () => {
    const state = await api.auth.state.query()
    if (state.me !== null) formerMe = state.me
    if (state.guest !== null) noteGuest(state.guest.workspaceId)
    return state
  },
  staleTime: 60_000,
})

// What this page believes of its session is old: ask again, and the overlay follows.
onSessionRefused(() => void queryClient.invalidateQueries({ queryKey: AUTH_STATE_KEY }))

/** Who this browser is and what sign-in offers; undefined until first known. */
export function useAuthState(): AuthState | undefined {
  return useQuery(authStateQuery).data
}

/**
 * The person this page belongs to; null for guests. After a session ended it is still them, under the overlay
 * that asks to sign in again, so that nothing typed on the page is lost (behaviour 4).
 */
export function useMe(): Me | null {
  const { me } = useSuspenseQuery(authStateQuery).data
  return me ?? formerMe
}

/** Asks the server again who this browser is, and forgets what the former account could see. */
export async function refreshSession(options: { forget: boolean }): Promise<AuthState> {
  const state = await queryClient.fetchQuery({ ...authStateQuery, staleTime: 0 })
  if (options.forget) {
    formerMe = state.me
    queryClient.removeQueries({ predicate: (query) => query.queryKey[0] !== AUTH_STATE_KEY[0] })
  } else {
    void queryClient.invalidateQueries({ predicate: (query) => query.queryKey[0] !== AUTH_STATE_KEY[0] })
  }
  return state
}

/** Shows a change of the own profile at once, before the server has answered. */
export function patchMe(patch: Partial<Omit<Me, 'preferences'>> & { preferences?: Partial<Preferences> }): void {
  queryClient.setQueryData(AUTH_STATE_KEY, (state: AuthState | undefined) =>
    state?.me
      ? { ...state, me: { ...state.me, ...patch, preferences: { ...state.me.preferences, ...patch.preferences } } }
      : state,
  )
}
