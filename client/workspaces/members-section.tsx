import { useQuery } from '@tanstack/react-query'
import { Crown, Ellipsis, UserMinus } from 'lucide-react'
import { useState } from 'react'
import { canChangeRole } from '#shared/access/can.ts'
import type { MemberRole, WorkspaceRole } from '#shared/access/permissions.ts'
import type { Member } from '#shared/api/workspaces.ts'
import { api } from '../platform/api.ts'
import { describeError } from '../platform/api-error.ts'
import { common } from '../platform/common.ts'
import { useMessages } from '../platform/i18n.ts'
import { roleAllows, roleName } from '../platform/roles.ts'
import { AlertDialog } from '../ui/alert-dialog.tsx'
import { Avatar } from '../ui/avatar.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { Menu, type MenuEntry } from '../ui/menu.tsx'
import { Notice } from '../ui/notice.tsx'
import { Section } from '../ui/section.tsx'
import { Select } from '../ui/select.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { Table } from '../ui/table.tsx'
import { useAction } from '../ui/use-action.ts'
import { messages } from './locale.ts'
import { members, refreshWorkspaces } from './queries.ts'

type Asked = { readonly type: 'remove' | 'transfer'; readonly member: Member }
const ROLES: readonly MemberRole[] = ['owner', 'admin', 'editor', 'viewer']

/** The roles that `own` may give to someone who has `from`: never above themselves. */
export const grantableRoles = (own: WorkspaceRole, from: MemberRole): readonly MemberRole[] =>
  ROLES.filter((to) => to === from || canChangeRole(own, from, to))

export function MembersSection({ workspaceId, role }: { workspaceId: string; role: WorkspaceRole }) {
  const t = useMessages(messages)
  const tc = useMessages(common)
  const query = useQuery(members(workspaceId))
  const action = useAction()
  const [asked, setAsked] = useState<Asked | null>(null)
  const mayManage = roleAllows(role, 'workspace.members')
  const mayOwn = roleAllows(role, 'workspace.own')

  const change = async (work: () => Promise<unknown>, done: string) => {
    await action.run(work, done)
    await refreshWorkspaces()
    setAsked(null)
  }
  const entriesFor = (member: Member): MenuEntry[] => {
    if (member.isMe || !mayManage) return []
    return [
      ...(mayOwn && member.role !== 'owner'
        ? [
            {
              type: 'item',
              label: t('settings.transferShort'),
              icon: Crown,
              run: () => setAsked({ type: 'transfer', member }),
            } as const,
          ]
        : []),
      ...(canChangeRole(role, member.role, null)
        ? [
            {
              type: 'item',
              label: tc('action.remove'),
              icon: UserMinus,
              isDangerous: true,
              run: () => setAsked({ type: 'remove', member }),
            } as const,
          ]
        : []),
    ]
  }
  const setRole = (member: Member, next: MemberRole) =>
    void change(
      () => api.workspaces.setRole.mutate({ workspaceId, userId: member.userId, role: next }),
      t('settings.roleChanged', { name: member.name, role: roleName(next) }),
    )

  return (
    <Section title={t('settings.members')}>
      {query.isPending && <Skeleton />}
      {query.isError && <Notice tone="error">{describeError(query.error)}</Notice>}
      {query.data && (
        <Table
          caption={t('settings.memberCaption')}
          rows={query.data}
          rowKey={(m) => m.userId}
          columns={[
            { key: 'person', title: t('settings.person'), render: (m) => <Person member={m} /> },
            {
              key: 'role',
              title: t('settings.role'),
              render: (m) => {
                const roles = m.isMe ? [m.role] : grantableRoles(role, m.role)
                return mayManage && roles.length > 1 ? (
                  <Select
                    label={t('settings.roleOf', { name: m.name })}
                    isLabelHidden
                    size="small"
                    value={m.role}
                    options={roles.map((value) => ({ value, label: roleName(value) }))}
                    isDisabled={action.isBusy}
                    onChange={(next) => setRole(m, next)}
                  />
                ) : (
                  <span className="text-muted">{roleName(m.role)}</span>
                )
              },
            },
            {
              key: 'actions',
              title: t('list.actions'),
              isTitleHidden: true,
              isNumber: true,
              render: (m) => {
                const entries = entriesFor(m)
                return entries.length === 0 ? null : (
                  <Menu
                    trigger={<IconButton icon={Ellipsis} label={t('list.actionsFor', { name: m.name })} />}
                    entries={entries}
                  />
                )
              },
            },
          ]}
        />
      )}
      {asked?.type === 'remove' && (
        <AlertDialog
          title={t('settings.removeTitle', { name: asked.member.name })}
          confirm={tc('action.remove')}
          isDangerous
          isBusy={action.isBusy}
          isOpen
          onOpenChange={() => setAsked(null)}
          onConfirm={() =>
            void change(
              () => api.workspaces.removeMember.mutate({ workspaceId, userId: asked.member.userId }),
              t('settings.removed', { name: asked.member.name }),
            )
          }
        >
          <p>{t('settings.removeBody')}</p>
        </AlertDialog>
      )}
      {asked?.type === 'transfer' && (
        <AlertDialog
          title={t('settings.transferTitle', { name: asked.member.name })}
          confirm={t('settings.transferShort')}
          isBusy={action.isBusy}
          isOpen
          onOpenChange={() => setAsked(null)}
          onConfirm={() =>
            void change(
              () => api.workspaces.transfer.mutate({ workspaceId, userId: asked.member.userId }),
              t('settings.transferred', { name: asked.member.name }),
            )
          }
        >
          <p>{t('settings.transferBody', { name: asked.member.name })}</p>
        </AlertDialog>
      )}
    </Section>
  )
}

function Person({ member }: { member: Member }) {
  const t = useMessages(messages)
  return (
    <span className="flex min-w-0 items-center gap-2">
      <Avatar name={member.name} color={member.color} isDecorative />
      <span className="grid min-w-0">
        <span className="truncate">
          {member.name} {member.isMe && <span className="text-muted">({t('settings.you')})</span>}
        </span>
        <span className="truncate text-12 text-muted">{member.email}</span>
      </span>
    </span>
  )
}
