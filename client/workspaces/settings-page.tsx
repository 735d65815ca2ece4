import { useSuspenseQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { UserPlus } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import type { WorkspaceInfo } from '#shared/api/workspaces.ts'
import { api } from '../platform/api.ts'
import { useMessages } from '../platform/i18n.ts'
import { roleAllows } from '../platform/roles.ts'
import { useSubmit } from '../platform/use-submit.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { Form } from '../ui/form.tsx'
import { Notice } from '../ui/notice.tsx'
import { Section } from '../ui/section.tsx'
import { TextField } from '../ui/text-field.tsx'
import { showToast } from '../ui/toast.ts'
import { InvitesSection } from './invites-section.tsx'
import { LinksSection } from './links-section.tsx'
import { messages } from './locale.ts'
import { MembersSection } from './members-section.tsx'
import { refreshWorkspaces, workspaceInfo } from './queries.ts'
import { ShareDialog } from './share-dialog.tsx'
import { isWorkspaceName } from './source-checks.ts'
import { TerminalsSection } from './terminals-section.tsx'
import { DeleteDialog, LeaveDialog } from './workspace-dialogs.tsx'

/** A workspace's settings; `renderUsage` is what AI adds for those who run it. */
export function WorkspaceSettingsPage({ renderUsage }: { renderUsage?: (workspaceId: string) => ReactNode }) {
  const t = useMessages(messages)
  const { workspaceId = '' } = useParams({ strict: false })
  const { data: info } = useSuspenseQuery(workspaceInfo(workspaceId))
  const [isSharing, setSharing] = useState(false)
  const title = t('settings.title', { name: info.name })
  const maySee = roleAllows(info.role, 'workspace.details')
  const mayShare = roleAllows(info.role, 'workspace.share')
  return (
    <div className="mx-auto grid w-full max-w-[760px] content-start px-6 py-8 max-sm:px-4 max-sm:py-5">
      <title>{`${title} · Pairloom`}</title>
      <div className="flex flex-wrap items-center gap-2 pb-5">
        <h1 className="min-w-0 flex-1 text-20 max-sm:basis-full">{title}</h1>
        {mayShare && (
          <Button icon={UserPlus} onClick={() => setSharing(true)}>
            {t('settings.share')}
          </Button>
        )}
        <Link to="/w/$workspaceId" params={{ workspaceId }} className={buttonClass('primary')}>
          {t('settings.openWorkspace')}
        </Link>
      </div>
      <General info={info} />
      {maySee && <MembersSection workspaceId={workspaceId} role={info.role} />}
      {mayShare && <InvitesSection workspaceId={workspaceId} />}
      {mayShare && <LinksSection workspaceId={workspaceId} />}
      {mayShare && <TerminalsSection workspaceId={workspaceId} />}
      {mayShare && renderUsage?.(workspaceId)}
      <LeaveOrDelete info={info} />
      <ShareDialog workspaceId={workspaceId} role={info.role} open={isSharing} onOpenChange={setSharing} />
    </div>
  )
}

function General({ info }: { info: WorkspaceInfo }) {
  const t = useMessages(messages)
  const [name, setName] = useState(info.name)
  const mayRename = roleAllows(info.role, 'workspace.share')
  const isValid = isWorkspaceName(name)
  const submit = useSubmit(async () => {
    await api.workspaces.rename.mutate({ workspaceId: info.id, name: name.trim() })
    await refreshWorkspaces()
    showToast({ text: t('rename.done', { name: name.trim() }) })
  })
  return (
    <Section title={t('settings.general')}>
      <Form
        className="flex items-end gap-2"
        onSubmit={() => (isValid && name.trim() !== info.name ? submit.run() : undefined)}
      >
        <TextField
          label={t('settings.name')}
          className="max-w-96 flex-1"
          value={name}
          maxLength={80}
          disabled={!mayRename}
          error={submit.error ?? (isValid ? null : t('new.needName'))}
          onChange={(event) => setName(event.target.value)}
        />
        {mayRename && (
          <Button type="submit" size="large" isBusy={submit.isBusy} disabled={name.trim() === info.name}>
            {t('settings.saveName')}
          </Button>
        )}
      </Form>
      <div className="grid gap-1">
        <h3>{t('settings.runtime')}</h3>
        <p className="text-muted">{t('settings.runtimeLocal')}</p>
        {info.isIsolated ? (
          <p className="text-muted">{t('settings.isolated')}</p>
        ) : (
          <Notice tone="warning">{t('settings.notIsolated')}</Notice>
        )}
      </div>
    </Section>
  )
}

function LeaveOrDelete({ info }: { info: WorkspaceInfo }) {
  const t = useMessages(messages)
  const navigate = useNavigate()
  const [open, setOpen] = useState<'leave' | 'delete' | null>(null)
  const isOwner = roleAllows(info.role, 'workspace.own')
  const dialog = { target: info, onClose: () => setOpen(null), onDone: () => void navigate({ to: '/' }) }
  return (
    <Section title={t('settings.danger')}>
      <div className="flex items-center gap-4">
        <p className="flex-1 text-muted">{isOwner ? t('settings.lastOwnerHint') : t('settings.leaveHint')}</p>
        <Button onClick={() => setOpen('leave')} disabled={isOwner}>
          {t('leave.confirm')}
        </Button>
      </div>
      {isOwner && (
        <div className="flex items-center gap-4">
          <p className="flex-1 text-muted">{t('settings.deleteHint')}</p>
          <Button kind="danger" onClick={() => setOpen('delete')}>
            {t('delete.confirm')}
          </Button>
        </div>
      )}
      {open === 'leave' && <LeaveDialog {...dialog} />}
      {open === 'delete' && <DeleteDialog {...dialog} />}
    </Section>
  )
}
