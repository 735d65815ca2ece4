import { useEffect, useRef } from 'react'
import type { Me } from '#shared/api/auth.ts'
import { refreshSession } from '../platform/session.ts'

interface Props {
  formerly: Pick<Me, 'id'>
  onSignedIn: () => void
}

/**
 * What the IDE shows when its connection says the session is over. It asks the server: if so, the overlay of
 * SessionGate follows, the one place that signs in again; if not, the connection goes on.
 */
export function SessionCheck({ formerly, onSignedIn }: Props) {
  const wasAsked = useRef(false)
  useEffect(() => {
    if (wasAsked.current) return
    wasAsked.current = true
    void refreshSession({ forget: false }).then((state) => state.me?.id === formerly.id && onSignedIn())
  }, [formerly.id, onSignedIn])
  return null
}
