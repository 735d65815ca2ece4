import { createTRPCClient, httpBatchStreamLink, httpLink, splitLink, type TRPCLink } from '@trpc/client'
import { tap } from '@trpc/server/observable'
import type { AppRouter } from '#server/app/router.ts'
import { hasCode } from './api-error.ts'

const refusalListeners = new Set<() => void>()

/** Tells when the server no longer takes this browser for who it was: whatever call found out, and from wherever. */
export function onSessionRefused(listener: () => void): void {
  refusalListeners.add(listener)
}

const watchRefusals: TRPCLink<AppRouter> =
  () =>
  ({ op, next }) =>
    next(op).pipe(
      tap({
        error: (error) => {
          if (hasCode(error, 'unauthenticated', 'suspended')) for (const listener of refusalListeners) listener()
        },
      }),
    )

const url = '/trpc'
/** The server's procedures, typed end to end by its own router. */
export const api = createTRPCClient<AppRouter>({
  links: [
    watchRefusals,
    splitLink({
      condition: (operation) => operation.type === 'mutation',
      // Not streamed: the head of a streamed answer leaves before the procedure could set a cookie.
      true: httpLink({ url }),
      false: httpBatchStreamLink({ url, maxItems: 20, maxURLLength: 4000 }),
    }),
  ],
})
