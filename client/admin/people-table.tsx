import { Ban, Ellipsis, KeyRound, Monitor, ShieldCheck, ShieldOff, Undo2 } from 'lucide-react'
import type { PersonRow } from '#shared/api/admin.ts'
import { useMessages } from '../platform/i18n.ts'
import { formatDateTime, formatNumber, formatRelativeTime } from '../platform/time.ts'
import { Avatar } from '../ui/avatar.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { Menu, type MenuEntry } from '../ui/menu.tsx'
import { Pill } from '../ui/pill.tsx'
import { Table } from '../ui/table.tsx'
import { messages } from './locale.ts'
import type { PersonAction } from './people-page.tsx'

interface Props {
  rows: readonly PersonRow[]
  onAct: (action: PersonAction, person: PersonRow) => void
}

export function PeopleTable({ rows, onAct }: Props) {
  const t = useMessages(messages)
  const entriesFor = (person: PersonRow): MenuEntry[] => [
    { type: 'item', label: t('people.showSessions'), icon: Monitor, run: () => onAct('sessions', person) },
    { type: 'item', label: t('people.resetLink'), icon: KeyRound, run: () => onAct('reset-link', person) },
    { type: 'separator' },
    person.role === 'admin'
      ? { type: 'item', label: t('people.makeUser'), icon: ShieldOff, run: () => onAct('make-user', person) }
      : {
          type: 'item',
          label: t('people.makeAdmin'),
          icon: ShieldCheck,
          isDisabled: person.isSuspended,
          run: () => onAct('make-admin', person),
        },
    person.isSuspended
      ? { type: 'item', label: t('people.unsuspend'), icon: Undo2, run: () => onAct('unsuspend', person) }
      : {
          type: 'item',
          label: t('people.suspend'),
          icon: Ban,
          isDangerous: true,
          // Suspending oneself would lock the last door from outside.
          isDisabled: person.isMe,
          run: () => onAct('suspend', person),
        },
  ]
  return (
    <Table
      caption={t('people.caption')}
      rows={rows}
      rowKey={(p) => p.id}
      columns={[
        {
          key: 'person',
          title: t('people.person'),
          render: (p) => (
            <span className="flex min-w-0 items-center gap-2">
              <Avatar name={p.name} color={p.color} isDecorative />
              <span className="grid min-w-0">
                <span>
                  {p.name} {p.isMe && <span className="text-muted">({t('people.you')})</span>}
                </span>
                <span className="text-12 text-muted">{p.email}</span>
              </span>
            </span>
          ),
        },
        {
          key: 'role',
          title: t('people.role'),
          render: (p) => {
            if (p.isSuspended) return <Pill tone="bad">{t('people.suspended')}</Pill>
            return p.role === 'admin' ? (
              <Pill tone="good">{t('people.roleAdmin')}</Pill>
            ) : (
              <span className="text-muted">{t('people.roleUser')}</span>
            )
          },
        },
        {
          key: 'workspaces',
          title: t('people.workspaces'),
          isNumber: true,
          isOptional: true,
          render: (p) => formatNumber(p.workspaceCount),
        },
        {
          key: 'sessions',
          title: t('people.sessions'),
          isNumber: true,
          isOptional: true,
          render: (p) => formatNumber(p.sessionCount),
        },
        { key: 'lastSeen', title: t('people.lastSeen'), isOptional: true, render: (p) => <When iso={p.lastSeenAt} /> },
        { key: 'joined', title: t('people.joined'), isOptional: true, render: (p) => <When iso={p.createdAt} /> },
        {
          key: 'actions',
          title: t('table.actions'),
          isTitleHidden: true,
          isNumber: true,
          render: (p) => (
            <Menu
              trigger={<IconButton icon={Ellipsis} label={t('table.actionsFor', { name: p.name })} />}
              entries={entriesFor(p)}
            />
          ),
        },
      ]}
    />
  )
}

/** A moment as people say it, in full on hover. */
export function When({ iso }: { iso: string | null }) {
  const t = useMessages(messages)
  if (iso === null) return <span className="text-muted">{t('table.never')}</span>
  return (
    <time dateTime={iso} title={formatDateTime(iso)} className="whitespace-nowrap text-muted">
      {formatRelativeTime(iso)}
    </time>
  )
}
