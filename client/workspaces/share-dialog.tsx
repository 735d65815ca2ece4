import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { WorkspaceRole } from '#shared/access/permissions.ts'
import { api } from '../platform/api.ts'
import { useMessages } from '../platform/i18n.ts'
import { roleAllows, roleName } from '../platform/roles.ts'
import { formatDateTime } from '../platform/time.ts'
import { useSubmit } from '../platform/use-submit.ts'
import { Button } from '../ui/button.tsx'
import { CopyField } from '../ui/copy-field.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Form } from '../ui/form.tsx'
import { Notice } from '../ui/notice.tsx'
import { Select } from '../ui/select.tsx'
import { TextField } from '../ui/text-field.tsx'
import { messages } from './locale.ts'
import { isLoopbackUrl } from './loopback.ts'
import { refreshWorkspaces, workspaceInfo } from './queries.ts'

interface Props {
  workspaceId: string
  /** the reader's own role there */
  role: WorkspaceRole
  open: boolean
  onOpenChange: (isOpen: boolean) => void
}

/** Two different things, kept apart: making someone a member, and letting anyone read along (behaviour 1). */
export function ShareDialog({ workspaceId, role, open, onOpenChange }: Props) {
  const t = useMessages(messages)
  const info = useQuery({ ...workspaceInfo(workspaceId), enabled: open })
  return (
    <Dialog title={t('share.title', { name: info.data?.name ?? '' })} isOpen={open} onOpenChange={onOpenChange}>
      {roleAllows(role, 'workspace.share') ? (
        <div className="grid gap-6">
          <InvitePart workspaceId={workspaceId} role={role} />
          <LinkPart workspaceId={workspaceId} />
          <Link to="/w/$workspaceId/settings" params={{ workspaceId }} className="link justify-self-start">
            {t('share.manage')}
          </Link>
        </div>
      ) : (
        <p className="text-muted">{t('share.notAllowed')}</p>
      )}
    </Dialog>
  )
}

const INVITE_ROLES = ['editor', 'viewer', 'admin'] as const
type InviteRole = (typeof INVITE_ROLES)[number]

function InvitePart({ workspaceId, role }: { workspaceId: string; role: WorkspaceRole }) {
  const t = useMessages(messages)
  const [inviteRole, setInviteRole] = useState<InviteRole>('editor')
  const [made, setMade] = useState<{ url: string; expiresAt: string } | null>(null)
  // Nobody grants above or beside themselves, but owners.
  const offered = INVITE_ROLES.filter((r) => r !== 'admin' || role === 'owner')
  const submit = useSubmit(async () => {
    setMade(await api.workspaces.createInvite.mutate({ workspaceId, role: inviteRole }))
    void refreshWorkspaces()
  })
  return (
    <section className="grid gap-3">
      <div>
        <h3 className="text-15">{t('share.inviteTitle')}</h3>
        <p className="text-muted">{t('share.inviteBody')}</p>
      </div>
      <Form className="flex flex-wrap items-end gap-2" onSubmit={submit.run}>
        <div className="min-w-44 flex-1">
          <Select
            label={t('share.role')}
            value={inviteRole}
            options={offered.map((value) => ({ value, label: roleName(value), note: t(`share.roleNote.${value}`) }))}
            onChange={(value) => {
              setInviteRole(value)
              setMade(null)
            }}
          />
        </div>
        <Button type="submit" kind={made === null ? 'primary' : 'secondary'} size="large" isBusy={submit.isBusy}>
          {t('share.createInvite')}
        </Button>
      </Form>
      {submit.error !== null && <Notice tone="error">{submit.error}</Notice>}
      {made !== null && <MadeLink label={t('share.inviteLink')} url={made.url} expiresAt={made.expiresAt} />}
    </section>
  )
}

const LIFETIMES = ['1', '24', '168', '720'] as const
type Lifetime = (typeof LIFETIMES)[number]
const HOURS_PER_DAY = 24

function LinkPart({ workspaceId }: { workspaceId: string }) {
  const t = useMessages(messages)
  const [hours, setHours] = useState<Lifetime>('24')
  const [label, setLabel] = useState('')
  const [made, setMade] = useState<{ url: string; expiresAt: string } | null>(null)
  const submit = useSubmit(async () => {
    const expiresInHours = Number(hours)
    const { url } = await api.workspaces.createLink.mutate({ workspaceId, expiresInHours, label: label.trim() })
    setMade({ url, expiresAt: new Date(Date.now() + expiresInHours * 3_600_000).toISOString() })
    void refreshWorkspaces()
  })
  const lifetimeLabel = (value: Lifetime) =>
    Number(value) < HOURS_PER_DAY
      ? t('share.hours', { count: Number(value) })
      : t('share.days', { count: Number(value) / HOURS_PER_DAY })
  return (
    <section className="grid gap-3 border-t border-line pt-5">
      <div>
        <h3 className="text-15">{t('share.linkTitle')}</h3>
        <p className="text-muted">{t('share.linkBody')}</p>
      </div>
      <Form className="grid gap-3" onSubmit={submit.run}>
        <div className="flex flex-wrap gap-2">
          <div className="min-w-28 flex-1">
            <Select
              label={t('share.expires')}
              value={hours}
              options={LIFETIMES.map((value) => ({ value, label: lifetimeLabel(value) }))}
              onChange={setHours}
            />
          </div>
          <TextField
            label={t('share.label')}
            placeholder={t('share.labelHint')}
            className="min-w-48 flex-2"
            maxLength={80}
            value={label}
            onChange={(event) => setLabel(event.target.value)}
          />
        </div>
        <Button type="submit" size="large" className="justify-self-start" isBusy={submit.isBusy}>
          {t('share.createLink')}
        </Button>
      </Form>
      {submit.error !== null && <Notice tone="error">{submit.error}</Notice>}
      {made !== null && <MadeLink label={t('share.guestLink')} url={made.url} expiresAt={made.expiresAt} />}
    </section>
  )
}

function MadeLink({ label, url, expiresAt }: { label: string; url: string; expiresAt: string }) {
  const t = useMessages(messages)
  return (
    <div className="grid gap-2">
      <CopyField label={label} value={url} />
      <p className="text-12 text-muted">{t('share.until', { when: formatDateTime(expiresAt) })}</p>
      {isLoopbackUrl(url) && (
        <Notice tone="warning">
          <p className="font-semibold">{t('share.loopback')}</p>
          <p className="text-muted">{t('share.loopbackFix')}</p>
        </Notice>
      )}
    </div>
  )
}
