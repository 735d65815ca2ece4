import { useEffect, useEffectEvent, useState } from 'react'
import type { Me } from '#shared/api/auth.ts'
import { refreshSession, useAuthState } from '../platform/session.ts'

interface Props {
  formerly: Pick<Me, 'id'>
  onSignedIn: () => void
}

/**
 * What the IDE shows when its connection says the session is over. It asks the server: if so, the overlay of
 * SessionGate follows, the one place that signs in again. Once the same person is back, the connection goes on.
 */
export function SessionCheck({ formerly, onSignedIn }: Props) {
  const meId = useAuthState()?.me?.id
  const [isAsked, setAsked] = useState(false)
  const goOn = useEffectEvent(onSignedIn)
  useEffect(() => {
    void refreshSession({ forget: false }).finally(() => setAsked(true))
  }, [])
  useEffect(() => {
    if (isAsked && meId === formerly.id) goOn()
  }, [isAsked, meId, formerly.id])
  return null
}
