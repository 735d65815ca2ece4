import { Dialog as Base } from '@base-ui/react/dialog'
import { useState } from 'react'
import type { Me } from '#shared/api/auth.ts'
import { sentenceFor } from '../platform/api-error.ts'
import { useMessages } from '../platform/i18n.ts'
import { refreshSession } from '../platform/session.ts'
import { Button } from '../ui/button.tsx'
import { backdropClass, popupClass } from '../ui/dialog.tsx'
import { Notice } from '../ui/notice.tsx'
import { messages } from './locale.ts'
import { LoginForm } from './login-form.tsx'

interface Props {
  /** Who the page belonged to before the session ended. */
  formerly: Pick<Me, 'id' | 'email'>
  reason?: 'signed-out' | 'suspended'
  onSignedIn: () => void
}

/** Signing in again over the page as it stands, so that nothing typed is lost (behaviour 4). */
export function SignInOverlay({ formerly, reason = 'signed-out', onSignedIn }: Props) {
  const t = useMessages(messages)
  const [isSomeoneElse, setSomeoneElse] = useState(false)
  return (
    <Base.Root open disablePointerDismissal>
      <Base.Portal>
        <Base.Backdrop className={backdropClass} />
        <Base.Popup className={`${popupClass} grid gap-4 p-6`} style={{ maxWidth: 400 }}>
          <Base.Title className="text-20 font-semibold">{t('overlay.title')}</Base.Title>
          <Base.Description className="text-muted">
            {isSomeoneElse ? t('overlay.other') : t('overlay.lead')}
          </Base.Description>
          {reason === 'suspended' && !isSomeoneElse && <Notice tone="error">{sentenceFor('suspended')}</Notice>}
          {isSomeoneElse ? (
            <Button kind="primary" size="large" onClick={() => location.reload()}>
              {t('overlay.reload')}
            </Button>
          ) : (
            <LoginForm
              initialEmail={formerly.email}
              onSignedIn={async () => {
                const state = await refreshSession({ forget: false })
                // Another account must not inherit the page of the first, nor its pending edits.
                if (state.me?.id === formerly.id) onSignedIn()
                else setSomeoneElse(true)
              }}
            />
          )}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}
