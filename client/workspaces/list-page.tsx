import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Ellipsis, LogOut, Pencil, Plus, Settings, SquareArrowOutUpRight, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { WorkspaceSummary } from '#shared/api/workspaces.ts'
import { describeError } from '../platform/api-error.ts'
import { useMessages } from '../platform/i18n.ts'
import { roleAllows, roleName } from '../platform/roles.ts'
import { useMe } from '../platform/session.ts'
import { formatDateTime, formatRelativeTime } from '../platform/time.ts'
import { AvatarStack } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { ContextMenu, Menu, type MenuEntry } from '../ui/menu.tsx'
import { Notice } from '../ui/notice.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { TextField } from '../ui/text-field.tsx'
import { messages } from './locale.ts'
import { NewDialog } from './new-dialog.tsx'
import { workspaceList } from './queries.ts'
import { DeleteDialog, LeaveDialog, RenameDialog } from './workspace-dialogs.tsx'

type Open =
  | { readonly type: 'new'; readonly file: File | null }
  | { readonly type: 'rename' | 'delete' | 'leave'; readonly workspace: WorkspaceSummary }

/** From this many on, finding one by eye takes longer than typing. */
const FILTER_FROM = 8
const GRID =
  'grid grid-cols-[minmax(0,1fr)_auto_28px] items-center gap-x-4 md:grid-cols-[minmax(0,1fr)_160px_96px_120px_28px]'

export function ListPage() {
  const t = useMessages(messages)
  const list = useQuery(workspaceList)
  const [open, setOpen] = useState<Open | null>(null)
  const [filter, setFilter] = useState('')
  const close = () => setOpen(null)
  const all = list.data ?? []
  const needle = filter.normalize('NFC').trim().toLocaleLowerCase()
  const shown = all.filter((w) => w.name.normalize('NFC').toLocaleLowerCase().includes(needle))
  const openNew = (
    <Button kind="primary" icon={Plus} onClick={() => setOpen({ type: 'new', file: null })}>
      {t('list.new')}
    </Button>
  )
  return (
    <div
      className="mx-auto grid w-full max-w-[960px] flex-1 content-start gap-5 px-6 py-8 max-sm:px-4 max-sm:py-5"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault()
        const file = event.dataTransfer.files[0]
        if (file) setOpen({ type: 'new', file })
      }}
    >
      <title>{`${t('list.title')} · Pairloom`}</title>
      <div className="flex items-center gap-4">
        <h1 className="flex-1 text-20">{t('list.title')}</h1>
        {all.length > 0 && openNew}
      </div>
      {all.length >= FILTER_FROM && (
        <TextField
          label={t('list.search')}
          isLabelHidden
          placeholder={t('list.search')}
          type="search"
          className="max-w-80"
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
        />
      )}
      {list.isPending && <Skeleton rows={4} />}
      {list.isError && list.data === undefined && <Notice tone="error">{describeError(list.error)}</Notice>}
      {list.data?.length === 0 && <EmptyState action={openNew}>{t('list.empty')}</EmptyState>}
      {all.length > 0 && shown.length === 0 && <p className="text-muted">{t('list.noMatch')}</p>}
      {shown.length > 0 && <Rows workspaces={shown} onOpen={setOpen} />}
      {open?.type === 'new' && <NewDialog initialFile={open.file} onClose={close} />}
      {open?.type === 'rename' && <RenameDialog target={open.workspace} onClose={close} />}
      {open?.type === 'delete' && <DeleteDialog target={withOthers(open.workspace)} onClose={close} />}
      {open?.type === 'leave' && <LeaveDialog target={open.workspace} onClose={close} />}
    </div>
  )
}

const withOthers = (w: WorkspaceSummary) => ({ ...w, others: w.people.map((p) => p.name) })

function Rows({ workspaces, onOpen }: { workspaces: readonly WorkspaceSummary[]; onOpen: (open: Open) => void }) {
  const t = useMessages(messages)
  return (
    <div role="table" aria-label={t('list.caption')}>
      <div role="row" className={`${GRID} h-7 border-b border-line text-12 text-muted max-md:sr-only`}>
        <span role="columnheader">{t('list.name')}</span>
        <span role="columnheader">{t('list.inside')}</span>
        <span role="columnheader">{t('list.role')}</span>
        <span role="columnheader">{t('list.edited')}</span>
        <span role="columnheader" className="sr-only">
          {t('list.actions')}
        </span>
      </div>
      {workspaces.map((workspace) => (
        <Row key={workspace.id} workspace={workspace} onOpen={onOpen} />
      ))}
    </div>
  )
}

function Row({ workspace, onOpen }: { workspace: WorkspaceSummary; onOpen: (open: Open) => void }) {
  const t = useMessages(messages)
  const entries = useEntries(workspace, onOpen)
  const edited = workspace.lastEditAt
  return (
    <ContextMenu entries={entries}>
      <div role="row" className={`${GRID} relative min-h-12 border-b border-line py-1.5 hover-row`}>
        <span role="cell" className="grid min-w-0">
          {/* The whole row is the link; what else can be pressed lies above it. */}
          <Link
            to="/w/$workspaceId"
            params={{ workspaceId: workspace.id }}
            className="truncate font-semibold outline-offset-[-2px] before:absolute before:inset-0"
          >
            {workspace.name}
          </Link>
          <span className="truncate text-12 text-muted">
            {t('list.members', { count: workspace.memberCount })}
            <span className="md:hidden">
              {' · '}
              {roleName(workspace.role)}
              {edited !== null && ` · ${formatRelativeTime(edited)}`}
            </span>
          </span>
        </span>
        <span role="cell" className="relative">
          {workspace.people.length > 0 ? (
            <AvatarStack people={workspace.people} />
          ) : (
            <span className="text-muted max-md:hidden">{t('list.insideNobody')}</span>
          )}
        </span>
        <span role="cell" className="text-muted max-md:hidden">
          {roleName(workspace.role)}
        </span>
        <span role="cell" className="text-muted max-md:hidden">
          {edited === null ? (
            t('list.neverEdited')
          ) : (
            <time dateTime={edited} title={formatDateTime(edited)}>
              {formatRelativeTime(edited)}
            </time>
          )}
        </span>
        <span role="cell" className="relative">
          <Menu
            trigger={<IconButton icon={Ellipsis} label={t('list.actionsFor', { name: workspace.name })} />}
            entries={entries}
          />
        </span>
      </div>
    </ContextMenu>
  )
}

function useEntries(workspace: WorkspaceSummary, onOpen: (open: Open) => void): MenuEntry[] {
  const t = useMessages(messages)
  const navigate = useNavigate()
  const me = useMe()
  const params = { workspaceId: workspace.id }
  const isOwner = roleAllows(workspace.role, 'workspace.own')
  const others = { ...workspace, people: workspace.people.filter((p) => p.id !== me?.id) }
  return [
    {
      type: 'item',
      label: t('list.open'),
      icon: SquareArrowOutUpRight,
      run: () => void navigate({ to: '/w/$workspaceId', params }),
    },
    {
      type: 'item',
      label: t('list.settings'),
      icon: Settings,
      run: () => void navigate({ to: '/w/$workspaceId/settings', params }),
    },
    ...(roleAllows(workspace.role, 'workspace.share')
      ? [
          {
            type: 'item',
            label: t('list.rename'),
            icon: Pencil,
            run: () => onOpen({ type: 'rename', workspace }),
          } as const,
        ]
      : []),
    { type: 'separator' },
    isOwner
      ? {
          type: 'item',
          label: t('list.delete'),
          icon: Trash2,
          isDangerous: true,
          run: () => onOpen({ type: 'delete', workspace: others }),
        }
      : {
          type: 'item',
          label: t('list.leave'),
          icon: LogOut,
          isDangerous: true,
          run: () => onOpen({ type: 'leave', workspace }),
        },
  ]
}
