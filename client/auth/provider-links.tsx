import { useMessages } from '../platform/i18n.ts'
import { useAuthState } from '../platform/session.ts'
import { buttonClass } from '../ui/button.tsx'
import { messages } from './locale.ts'

/** Sign-in with the providers this server has; nothing where it has none. */
export function ProviderLinks({ next, invite }: { next: string; invite?: string | undefined }) {
  const t = useMessages(messages)
  const providers = useAuthState()?.providers ?? []
  if (providers.length === 0) return null
  const query = new URLSearchParams({ next, ...(invite === undefined ? {} : { invite }) })
  return (
    <div className="grid gap-2">
      {providers.map((provider) => (
        // A full navigation: the server answers with a redirect to the provider.
        <a
          key={provider.id}
          className={buttonClass('secondary', 'large')}
          href={`/auth/oauth/${encodeURIComponent(provider.id)}/start?${query}`}
        >
          {t('login.with', { provider: provider.name })}
        </a>
      ))}
      <div className="mt-2 flex items-center gap-3 text-12 text-muted before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
        {t('login.or')}
      </div>
    </div>
  )
}
