import { Dialog as Base } from '@base-ui/react/dialog'
import { useEffect, useRef, useState } from 'react'
import type { Me } from '#shared/api/auth.ts'
import { sentenceFor } from '../platform/api-error.ts'
import { useMessages } from '../platform/i18n.ts'
import { refreshSession } from '../platform/session.ts'
import { announce } from '../ui/announcer.ts'
import { Button } from '../ui/button.tsx'
import { cx } from '../ui/class-names.ts'
import { backdropClass, popupClass } from '../ui/dialog.tsx'
import { messages } from './locale.ts'
import { LoginForm } from './login-form.tsx'

interface Props {
  /** Who the page belonged to before the session ended. */
  formerly: Pick<Me, 'id' | 'email'>
  reason?: 'signed-out' | 'suspended'
  onSignedIn: () => void
}

/** What somebody may be typing into at this moment; a dialog of its own keeps its keys anyway. */
function fieldInUse(): HTMLElement | null {
  const field = document.activeElement
  if (!(field instanceof HTMLElement) || field.closest('[role=dialog]') !== null) return null
  return field.matches('input, textarea, [contenteditable], [role=textbox]') ? field : null
}

/**
 * Signing in again over the page as it stands, so that nothing typed is lost (behaviour 4). Whoever is typing keeps
 * the focus: their next key belongs into their text, not into a password field, and Enter would even send it.
 */
export function SignInOverlay({ formerly, reason = 'signed-out', onSignedIn }: Props) {
  const t = useMessages(messages)
  const [isSomeoneElse, setSomeoneElse] = useState(false)
  const [field] = useState(fieldInUse)
  const isBeside = field !== null
  const popup = useRef<HTMLDivElement>(null)
  const ask = () => popup.current?.querySelector<HTMLElement>('input[name=password], button[type=button]') ?? null

  useEffect(() => {
    if (field === null) return undefined
    announce(`${t('overlay.title')} ${t('overlay.lead')} ${t('overlay.keys')}`, 'assertive')
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.code !== 'F6') return
      event.preventDefault()
      const isInside = popup.current?.contains(document.activeElement) === true
      if (isInside && field.isConnected) field.focus()
      else ask()?.focus()
    }
    window.addEventListener('keydown', onKeyDown, { capture: true })
    return () => window.removeEventListener('keydown', onKeyDown, { capture: true })
  }, [field, t])

  return (
    <Base.Root open disablePointerDismissal modal={!isBeside}>
      <Base.Portal>
        {!isBeside && <Base.Backdrop className={backdropClass} />}
        <Base.Popup
          ref={popup}
          initialFocus={() => (isBeside ? false : ask())}
          finalFocus={() => field ?? true}
          className={cx(popupClass, 'grid gap-4 p-6', isBeside && 'border border-line')}
          style={{ maxWidth: 400 }}
        >
          <Base.Title className="text-20 font-semibold">{t('overlay.title')}</Base.Title>
          <Base.Description className="text-muted">
            {isSomeoneElse ? t('overlay.other') : t('overlay.lead')}
            {isBeside && !isSomeoneElse && ` ${t('overlay.keys')}`}
          </Base.Description>
          {isSomeoneElse ? (
            <Button kind="primary" size="large" onClick={() => location.reload()}>
              {t('overlay.reload')}
            </Button>
          ) : (
            <LoginForm
              initialEmail={formerly.email}
              problem={reason === 'suspended' ? sentenceFor('suspended') : null}
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
