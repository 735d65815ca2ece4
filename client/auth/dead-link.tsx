import { Link } from '@tanstack/react-router'
import { describeError, hasCode, sentenceFor } from '../platform/api-error.ts'
import { useMessages } from '../platform/i18n.ts'
import { useAuthState } from '../platform/session.ts'
import { buttonClass } from '../ui/button.tsx'
import { AuthPage } from './auth-page.tsx'
import { messages } from './locale.ts'

/** What an invite, reset or guest link shows after it was used, ran out or was revoked. */
export function DeadLink({ error }: { error: unknown }) {
  const t = useMessages(messages)
  const me = useAuthState()?.me ?? null
  return (
    <AuthPage
      title={t('linkDead.title')}
      lead={hasCode(error, 'bad_request') ? sentenceFor('link_invalid') : describeError(error)}
    >
      {me !== null && (
        <Link to="/" className={buttonClass('secondary', 'large')}>
          {t('nothing.home')}
        </Link>
      )}
    </AuthPage>
  )
}
