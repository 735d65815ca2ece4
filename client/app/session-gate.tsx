import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import type { Me } from '#shared/api/auth.ts'
import { currentLocale, setLocale } from '../platform/i18n.ts'
import { sessionEnd, useAuthState } from '../platform/session.ts'
import { setTheme } from '../platform/theme.ts'

const SignInOverlay = lazy(() => import('../auth/sign-in-overlay.tsx').then((m) => ({ default: m.SignInOverlay })))

/** Makes the page follow the account: its theme and language while there is one, the overlay when it ends. */
export function SessionGate() {
  const state = useAuthState()
  const me = state?.me ?? null
  const formerly = useRef<Me | null>(null)
  const [isEnded, setEnded] = useState(false)

  useEffect(() => {
    // Someone else who signed in on the overlay does not take this page over; the overlay offers them a fresh one.
    if (me !== null && formerly.current !== null && formerly.current.id !== me.id && isEnded) return
    if (me !== null) {
      formerly.current = me
      setEnded(false)
      setTheme(me.preferences.theme)
      if (me.locale !== null && me.locale !== currentLocale()) void setLocale(me.locale)
    } else if (state !== undefined && formerly.current !== null) setEnded(true)
  }, [me, state, isEnded])

  if (!isEnded || formerly.current === null) return null
  return (
    <Suspense>
      <SignInOverlay formerly={formerly.current} reason={sessionEnd.reason} onSignedIn={() => setEnded(false)} />
    </Suspense>
  )
}
