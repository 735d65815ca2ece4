import { useQuery } from '@tanstack/react-query'
import { KeyRound } from 'lucide-react'
import { useState } from 'react'
import type { ApiKeyRow } from '#shared/api/ai.ts'
import { api } from '../../platform/api.ts'
import { describeError } from '../../platform/api-error.ts'
import { useMessages } from '../../platform/i18n.ts'
import { formatDateTime, formatRelativeTime } from '../../platform/time.ts'
import { AlertDialog } from '../../ui/alert-dialog.tsx'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { useAction } from '../../ui/use-action.ts'
import { messages } from '../locale.ts'
import { apiKeys, refreshAi } from '../queries.ts'
import { CreateKeyDialog } from './create-key-dialog.tsx'

/** One's own keys for programs that use AI as oneself. */
export function ApiKeysSection() {
  const t = useMessages(messages)
  const query = useQuery(apiKeys)
  const action = useAction()
  const [isCreating, setCreating] = useState(false)
  const [revoking, setRevoking] = useState<ApiKeyRow | null>(null)
  const revoke = async ({ id, name }: ApiKeyRow) => {
    await action.run(() => api.ai.keys.revoke.mutate({ id }), t('keys.revoked', { name }))
    setRevoking(null)
    await refreshAi()
  }
  return (
    <Section title={t('keys.title')} lead={t('keys.lead')}>
      {query.isPending && <Skeleton rows={2} />}
      {query.isError && <Notice tone="error">{describeError(query.error)}</Notice>}
      {query.data?.length === 0 && <p className="text-muted">{t('keys.none')}</p>}
      {query.data !== undefined && query.data.length > 0 && (
        <ul>
          {query.data.map((key) => (
            <KeyRow key={key.id} row={key} onRevoke={() => setRevoking(key)} />
          ))}
        </ul>
      )}
      <Button icon={KeyRound} className="justify-self-start" onClick={() => setCreating(true)}>
        {t('keys.create')}
      </Button>
      {isCreating && <CreateKeyDialog onClose={() => setCreating(false)} />}
      {revoking !== null && (
        <AlertDialog
          title={t('keys.revokeTitle', { name: revoking.name })}
          confirm={t('keys.revoke')}
          isDangerous
          isBusy={action.isBusy}
          isOpen
          onOpenChange={() => setRevoking(null)}
          onConfirm={() => void revoke(revoking)}
        >
          <p className="font-semibold text-ink">
            {revoking.lastUsedAt === null
              ? t('keys.revokeUnused')
              : t('keys.revokeUsed', { when: formatRelativeTime(revoking.lastUsedAt) })}
          </p>
          <p>{t('keys.revokeBody')}</p>
        </AlertDialog>
      )}
    </Section>
  )
}

function KeyRow({ row, onRevoke }: { row: ApiKeyRow; onRevoke: () => void }) {
  const t = useMessages(messages)
  const facts = [
    t('keys.hint', { hint: `…${row.hint}` }),
    row.scopes.map((scope) => t(`keyScope.${scope}`)).join(', '),
    t('keys.created', { when: formatRelativeTime(row.createdAt) }),
    row.lastUsedAt === null ? t('keys.unused') : t('keys.used', { when: formatRelativeTime(row.lastUsedAt) }),
    row.expiresAt === null
      ? t('keys.expiresNever')
      : t('keys.expiresWhen', { when: formatRelativeTime(row.expiresAt) }),
  ]
  return (
    <li className="flex min-h-12 items-center gap-3 border-b border-line py-1.5 last:border-b-0">
      <span className="grid min-w-0 flex-1">
        <span>{row.name}</span>
        <span className="text-12 text-muted" title={row.expiresAt === null ? undefined : formatDateTime(row.expiresAt)}>
          {facts.join(' · ')}
        </span>
      </span>
      <Button kind="quiet" aria-label={t('keys.revokeNamed', { name: row.name })} onClick={onRevoke}>
        {t('keys.revoke')}
      </Button>
    </li>
  )
}
