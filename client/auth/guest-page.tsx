import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import type { GuestPreview } from '#shared/api/workspaces.ts'
import { api } from '../platform/api.ts'
import { useMessages } from '../platform/i18n.ts'
import { useAuthState } from '../platform/session.ts'
import { formatDateTime, formatRelativeTime } from '../platform/time.ts'
import { useSubmit } from '../platform/use-submit.ts'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { AuthPage } from './auth-page.tsx'
import { DeadLink } from './dead-link.tsx'
import { messages } from './locale.ts'

/** Workspace, expiry and given name, before anything is joined (behaviour 2). */
export function GuestPage() {
  const t = useMessages(messages)
  const { token = '' } = useParams({ strict: false })
  const preview = useQuery({
    queryKey: ['guest', token],
    queryFn: () => api.workspaces.guestPreview.query({ token }),
    // The given name must not change under the reader's eyes.
    staleTime: Number.POSITIVE_INFINITY,
    throwOnError: false,
  })
  if (preview.isError) return <DeadLink error={preview.error} />
  if (preview.data === undefined) {
    return (
      <AuthPage title={t('invite.checking')}>
        <Skeleton rows={2} />
      </AuthPage>
    )
  }
  return <Preview token={token} preview={preview.data} />
}

function Preview({ token, preview }: { token: string; preview: GuestPreview }) {
  const t = useMessages(messages)
  const me = useAuthState()?.me ?? null
  const join = useSubmit(async () => {
    const { workspaceId } = await api.workspaces.joinAsGuest.mutate({ token })
    // A full load: nothing of who this browser was before stays in memory or on an open connection.
    location.assign(`/w/${workspaceId}`)
  })
  return (
    <AuthPage title={t('guest.title', { workspace: preview.workspaceName })} lead={t('guest.lead')}>
      <dl className="grid grid-cols-[auto_1fr] border-t border-line">
        <Fact term={t('guest.name')} value={preview.name} />
        <Fact
          term={t('guest.until')}
          value={formatDateTime(preview.expiresAt)}
          note={formatRelativeTime(preview.expiresAt)}
        />
      </dl>
      {join.error !== null && <Notice tone="error">{join.error}</Notice>}
      <Button kind="primary" size="large" isBusy={join.isBusy} onClick={() => void join.run()}>
        {t('guest.join')}
      </Button>
      {me !== null && <p className="text-12 text-muted">{t('guest.signedIn', { account: me.email })}</p>}
    </AuthPage>
  )
}

function Fact({ term, value, note }: { term: string; value: string; note?: string }) {
  return (
    <div className="col-span-2 grid grid-cols-subgrid gap-4 border-b border-line py-2">
      <dt className="text-muted">{term}</dt>
      <dd className="grid text-right font-semibold">
        {value}
        {note !== undefined && <span className="text-12 font-normal text-muted">{note}</span>}
      </dd>
    </div>
  )
}
