import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import type { InvitePreview } from '#shared/api/workspaces.ts'
import { api } from '../platform/api.ts'
import { useMessages } from '../platform/i18n.ts'
import { roleName } from '../platform/roles.ts'
import { useAuthState } from '../platform/session.ts'
import { useSubmit } from '../platform/use-submit.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { AuthPage } from './auth-page.tsx'
import { DeadLink } from './dead-link.tsx'
import { messages } from './locale.ts'

export function InvitePage() {
  const t = useMessages(messages)
  const { token = '' } = useParams({ strict: false })
  const preview = useQuery({
    queryKey: ['invite', token],
    queryFn: () => api.auth.invitePreview.query({ token }),
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
  return <Invite token={token} preview={preview.data} />
}

function Invite({ token, preview }: { token: string; preview: InvitePreview }) {
  const t = useMessages(messages)
  const navigate = useNavigate()
  const me = useAuthState()?.me ?? null
  const accept = useSubmit(async () => {
    const { workspaceId } = await api.workspaces.acceptInvite.mutate({ token })
    await navigate({ to: '/w/$workspaceId', params: { workspaceId } })
  })
  const title =
    preview.kind === 'platform'
      ? t('invite.platformTitle')
      : t('invite.workspaceTitle', { workspace: preview.workspaceName })
  const lead =
    preview.kind === 'workspace'
      ? t('invite.invitedBy', { name: preview.invitedBy, role: roleName(preview.role) })
      : undefined
  if (me === null)
    return (
      <AuthPage title={title} lead={lead}>
        <Ways token={token} kind={preview.kind} />
      </AuthPage>
    )
  if (preview.kind === 'platform') {
    return (
      <AuthPage title={title} lead={t('invite.alreadyHere', { account: me.email })}>
        <Link to="/" className={buttonClass('secondary', 'large')}>
          {t('invite.toWorkspaces')}
        </Link>
      </AuthPage>
    )
  }
  return (
    <AuthPage title={title} lead={lead}>
      {accept.error !== null && <Notice tone="error">{accept.error}</Notice>}
      <Button kind="primary" size="large" isBusy={accept.isBusy} onClick={() => void accept.run()}>
        {t('invite.join')}
      </Button>
      <p className="text-muted">{t('invite.asAccount', { account: me.email })}</p>
    </AuthPage>
  )
}

function Ways({ token, kind }: { token: string; kind: InvitePreview['kind'] }) {
  const t = useMessages(messages)
  // Signing up spends either kind; with an account, one to a workspace is accepted here after signing in.
  const next = kind === 'platform' ? '/' : `/invite/${token}`
  const takesAccounts = useAuthState()?.signUp !== 'closed'
  return (
    <div className="grid gap-2">
      {takesAccounts ? (
        <Link to="/signup" search={{ invite: token }} className={buttonClass('primary', 'large')}>
          {t('invite.withSignUp')}
        </Link>
      ) : (
        <p className="text-muted">{t('signUp.closed')}</p>
      )}
      <Link to="/login" search={{ next }} className={buttonClass(takesAccounts ? 'secondary' : 'primary', 'large')}>
        {t('invite.withLogin')}
      </Link>
    </div>
  )
}
