import { useQuery } from '@tanstack/react-query'
import { api } from '../platform/api.ts'
import { describeError } from '../platform/api-error.ts'
import { useMessages } from '../platform/i18n.ts'
import { roleName } from '../platform/roles.ts'
import { formatRelativeTime } from '../platform/time.ts'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { Section } from '../ui/section.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { useAction } from '../ui/use-action.ts'
import { messages } from './locale.ts'
import { invites, refreshWorkspaces } from './queries.ts'

export function InvitesSection({ workspaceId }: { workspaceId: string }) {
  const t = useMessages(messages)
  const query = useQuery(invites(workspaceId))
  const action = useAction()
  const revoke = async (inviteId: string) => {
    await action.run(() => api.workspaces.revokeInvite.mutate({ workspaceId, inviteId }), t('settings.inviteRevoked'))
    await refreshWorkspaces()
  }
  return (
    <Section title={t('settings.invites')}>
      {query.isPending && <Skeleton rows={1} />}
      {query.isError && <Notice tone="error">{describeError(query.error)}</Notice>}
      {query.data?.length === 0 && <p className="text-muted">{t('settings.noInvites')}</p>}
      {query.data !== undefined && query.data.length > 0 && (
        <ul>
          {query.data.map((invite) => (
            <li key={invite.id} className="flex min-h-9 items-center gap-4 border-b border-line py-1 last:border-b-0">
              <span className="flex-1">{t('settings.inviteFor', { role: roleName(invite.role) })}</span>
              <span className="text-muted">
                {t('settings.inviteExpires', { when: formatRelativeTime(invite.expiresAt) })}
              </span>
              <Button kind="quiet" disabled={action.isBusy} onClick={() => void revoke(invite.id)}>
                {t('settings.revoke')}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}
