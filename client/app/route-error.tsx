import type { ErrorComponentProps } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { NothingHere } from '../auth/nothing-here.tsx'
import { describeError, failureOf } from '../platform/api-error.ts'
import { common } from '../platform/common.ts'
import { useAuthState } from '../platform/session.ts'
import { hasVisited } from '../platform/visits.ts'
import { Button } from '../ui/button.tsx'
import { CrashPage } from './error-boundary.tsx'
import { messages } from './locale.ts'

const FormerVisit = lazy(() => import('./former-visit.tsx').then((m) => ({ default: m.FormerVisit })))

/** What a page shows instead of itself when it cannot be: the same for missing and for forbidden. */
export function RouteError({ error, reset }: ErrorComponentProps) {
  const me = useAuthState()?.me
  switch (failureOf(error).code) {
    case 'not_found':
    case 'forbidden':
      return me && hasVisited(me.id, location.pathname) ? (
        <Suspense>
          <FormerVisit account={me.email} />
        </Suspense>
      ) : (
        <NothingHere />
      )
    case 'network':
    case 'unavailable':
    case 'timeout':
      return (
        <main className="mx-auto grid min-h-dvh max-w-[420px] content-center justify-items-start gap-4 p-6">
          <h1 className="text-20">{messages.t('offline.title')}</h1>
          <p className="text-muted">{describeError(error)}</p>
          <Button kind="primary" size="large" onClick={reset}>
            {common.t('action.retry')}
          </Button>
        </main>
      )
    default:
      return <CrashPage />
  }
}
