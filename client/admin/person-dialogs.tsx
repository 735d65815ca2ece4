import { useQuery } from '@tanstack/react-query'
import type { PersonRow } from '#shared/api/admin.ts'
import { api } from '../platform/api.ts'
import { describeError } from '../platform/api-error.ts'
import { useMessages } from '../platform/i18n.ts'
import { queryClient } from '../platform/query-client.ts'
import { formatRelativeTime } from '../platform/time.ts'
import { AlertDialog } from '../ui/alert-dialog.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogActions } from '../ui/dialog.tsx'
import { Notice } from '../ui/notice.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { useAction } from '../ui/use-action.ts'
import { messages } from './locale.ts'

interface ConfirmProps {
  person: PersonRow
  isBusy: boolean
  onClose: () => void
  onConfirm: () => void
}

export function MakeAdminDialog({ person, isBusy, onClose, onConfirm }: ConfirmProps) {
  const t = useMessages(messages)
  return (
    <AlertDialog
      title={t('makeAdmin.title', { name: person.name })}
      confirm={t('makeAdmin.confirm')}
      isBusy={isBusy}
      isOpen
      onOpenChange={onClose}
      onConfirm={onConfirm}
    >
      <p>{t('makeAdmin.body')}</p>
    </AlertDialog>
  )
}

/** Says what will happen to whom before it does (behaviour 24). */
export function SuspendDialog({ person, isBusy, onClose, onConfirm }: ConfirmProps) {
  const t = useMessages(messages)
  return (
    <AlertDialog
      title={t('suspend.title', { name: person.name })}
      confirm={t('suspend.confirm')}
      isDangerous
      isBusy={isBusy}
      isOpen
      onOpenChange={onClose}
      onConfirm={onConfirm}
    >
      <p className="font-semibold text-ink">{t('suspend.impact', { count: person.sessionCount })}</p>
      <p>{t('suspend.body')}</p>
    </AlertDialog>
  )
}

export function PersonSessionsDialog({ person, onClose }: { person: PersonRow; onClose: () => void }) {
  const t = useMessages(messages)
  const query = useQuery({
    queryKey: ['admin', 'sessions', person.id],
    queryFn: () => api.admin.sessions.query({ userId: person.id }),
    staleTime: 0,
  })
  const action = useAction()
  const endAll = async () => {
    await action.run(
      () => api.admin.revokeSessions.mutate({ userId: person.id }),
      t('sessions.ended', { name: person.name }),
    )
    onClose()
    await queryClient.invalidateQueries({ queryKey: ['admin'] })
  }
  return (
    <Dialog title={t('sessions.title', { name: person.name })} isOpen onOpenChange={onClose}>
      {query.isPending && <Skeleton rows={2} />}
      {query.isError && <Notice tone="error">{describeError(query.error)}</Notice>}
      {query.data?.length === 0 && <p className="text-muted">{t('sessions.none')}</p>}
      {query.data !== undefined && query.data.length > 0 && (
        <>
          <ul className="max-h-80 overflow-y-auto">
            {query.data.map((session) => (
              <li key={session.id} className="grid border-b border-line py-2">
                <span className="line-clamp-2">{session.userAgent}</span>
                <span className="text-12 text-muted">
                  {t('sessions.lastUsed', { when: formatRelativeTime(session.lastUsedAt) })}
                  {session.address !== '' && ` · ${session.address}`}
                </span>
              </li>
            ))}
          </ul>
          <DialogActions>
            <Button kind="danger" isBusy={action.isBusy} onClick={() => void endAll()}>
              {t('sessions.endAll')}
            </Button>
          </DialogActions>
        </>
      )}
    </Dialog>
  )
}
