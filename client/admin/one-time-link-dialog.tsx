import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import type { PersonRow } from '#shared/api/admin.ts'
import { api } from '../platform/api.ts'
import { describeError, hasCode } from '../platform/api-error.ts'
import { useMessages } from '../platform/i18n.ts'
import { formatDateTime } from '../platform/time.ts'
import { CopyField } from '../ui/copy-field.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Notice } from '../ui/notice.tsx'
import { Progress } from '../ui/progress.tsx'
import { messages } from './locale.ts'

/** A link that works once: an invite, or with a person that person's password reset. */
export function OneTimeLinkDialog({ person, onClose }: { person?: PersonRow; onClose: () => void }) {
  const t = useMessages(messages)
  const made = useMutation({
    mutationFn: () =>
      person === undefined ? api.admin.createInvite.mutate() : api.admin.createResetLink.mutate({ userId: person.id }),
  })
  const wasAsked = useRef(false)
  useEffect(() => {
    // Strict mode mounts twice; a second link would make the first one useless.
    if (wasAsked.current) return
    wasAsked.current = true
    made.mutate()
  }, [made])
  const isReset = person !== undefined
  const name = person?.name ?? ''
  return (
    <Dialog
      title={isReset ? t('link.resetTitle', { name }) : t('link.inviteTitle')}
      description={isReset ? t('link.resetBody', { name }) : t('link.inviteBody')}
      isOpen
      isSticky
      onOpenChange={onClose}
    >
      {made.isPending && <Progress label={t('link.preparing')} value={null} />}
      {made.isError && (
        <Notice tone="error">
          {hasCode(made.error, 'sign_up_closed') ? t('link.closed') : describeError(made.error)}
        </Notice>
      )}
      {made.data !== undefined && (
        <div className="grid gap-2">
          <CopyField label={isReset ? t('link.resetLabel') : t('link.inviteLabel')} value={made.data.url} />
          <p className="text-12 text-muted">{t('link.until', { when: formatDateTime(made.data.expiresAt) })}</p>
        </div>
      )}
    </Dialog>
  )
}
