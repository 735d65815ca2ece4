import { ChevronDown, Ellipsis, Plus } from 'lucide-react'
import { useCallback, useEffect, useState } from 'react'
import { useStore } from 'zustand'
import type { TerminalInfo } from '#shared/protocol/terminal.ts'
import { describeError, hasCode } from '../platform/api-error.ts'
import { useMessages } from '../platform/i18n.ts'
import { keyLabel } from '../platform/keys.ts'
import { readStored, writeStored } from '../platform/storage.ts'
import { AlertDialog } from '../ui/alert-dialog.tsx'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { Menu, type MenuEntry } from '../ui/menu.tsx'
import { showToast } from '../ui/toast.ts'
import { Tooltip } from '../ui/tooltip.tsx'
import { mayType, type TerminalIde } from './ide.ts'
import { messages } from './locale.ts'
import { RenameDialog } from './rename-dialog.tsx'
import { TerminalTabs } from './terminal-tabs.tsx'
import { TerminalView, type ViewActions } from './terminal-view.tsx'
import type { Terminals } from './terminals.ts'

const READ_ALOUD_KEY = 'terminal.readAloud'

interface Props {
  terminals: Terminals
  ide: TerminalIde
  onLeave: () => void
}

const failed = (error: unknown): void => void showToast({ kind: 'error', text: describeError(error) })

/** The terminals that the workspace shares: which there are, who types, and the one that is shown. */
export function TerminalPanel({ terminals, ide, onLeave }: Props) {
  const t = useMessages(messages)
  const list = useStore(terminals.store, (s) => s.list)
  const active = useStore(terminals.store, (s) => s.active)
  const isStarting = useStore(terminals.store, (s) => s.isStarting)
  const [actions, setActions] = useState<ViewActions | null>(null)
  const [renaming, setRenaming] = useState<TerminalInfo | null>(null)
  const [closing, setClosing] = useState<TerminalInfo | null>(null)
  const [isReadAloud, setReadAloud] = useState(readStored(READ_ALOUD_KEY) === 'yes')
  const canType = mayType(ide.role)
  const all = list.status === 'ready' ? list.terminals : []
  const shown = all.find((terminal) => terminal.id === active) ?? null
  const typists = ide.people
    .filter((p) => p.id !== ide.meId && shown?.typing.includes(p.id) === true)
    .map((p) => p.name)
  const start = useCallback(() => void terminals.start().catch(failed), [terminals])
  const close = useCallback(
    (terminal: TerminalInfo) => {
      if (terminal.state.status === 'running') setClosing(terminal)
      else void terminals.close(terminal.id).catch(failed)
    },
    [terminals],
  )
  useEffect(() => actions?.focus(), [actions])

  const menu: MenuEntry[] =
    shown === null
      ? []
      : [
          { type: 'item', label: t('copy'), run: () => actions?.copy() },
          ...(canType ? [{ type: 'item', label: t('paste'), run: () => actions?.paste() } as const] : []),
          {
            type: 'item',
            label: t('find'),
            shortcut: keyLabel('Mod+Shift+F'),
            // The menu gives the focus back first.
            run: () => requestAnimationFrame(() => actions?.find()),
          },
          {
            type: 'item',
            label: t(isReadAloud ? 'readAloudOff' : 'readAloud'),
            run: () => {
              writeStored(READ_ALOUD_KEY, isReadAloud ? null : 'yes')
              setReadAloud(!isReadAloud)
            },
          },
          ...(canType
            ? ([
                { type: 'separator' },
                { type: 'item', label: t('rename'), run: () => setRenaming(shown) },
                { type: 'item', label: t('close'), isDangerous: true, run: () => close(shown) },
              ] as const)
            : []),
        ]

  return (
    <section aria-label={t('title')} className="flex h-full min-h-0 flex-col border-t border-line">
      <header className="flex h-9 shrink-0 items-center gap-1 border-b border-line bg-side pr-1 pl-2">
        <TerminalTabs terminals={all} active={active} onSelect={terminals.select} onClose={canType ? close : null} />
        {canType && (
          <IconButton
            icon={Plus}
            label={t('new')}
            aria-busy={isStarting || undefined}
            disabled={isStarting}
            onClick={start}
          />
        )}
        <span role="status" className="ml-auto min-w-0 truncate px-2 text-12 text-muted">
          {typists.length > 0 && t('typing', { count: typists.length, names: typists.join(', ') })}
        </span>
        {list.status === 'ready' && list.isolation !== null && (
          <Tooltip label={t(list.isolation === 'none' ? 'notIsolatedLong' : 'isolatedLong')}>
            <button type="button" data-testid="isolation" className="shrink-0 rounded-sm px-1.5 text-12 text-muted">
              {t(list.isolation === 'none' ? 'notIsolated' : 'isolated')}
            </button>
          </Tooltip>
        )}
        {shown !== null && <Menu trigger={<IconButton icon={Ellipsis} label={t('more')} />} entries={menu} />}
        <IconButton icon={ChevronDown} label={t('hide')} onClick={() => terminals.setOpen(false)} />
      </header>
      {shown === null ? (
        <div className="p-4">
          <NoTerminal terminals={terminals} canType={canType} isStarting={isStarting} onStart={start} />
        </div>
      ) : (
        <TerminalView
          key={shown.id}
          terminals={terminals}
          info={shown}
          ide={ide}
          canType={canType}
          isReadAloud={isReadAloud}
          onReady={setActions}
          onLeave={onLeave}
        />
      )}
      <RenameDialog terminals={terminals} terminal={renaming} onDone={() => setRenaming(null)} />
      <AlertDialog
        title={t('closeTitle', { name: closing?.name ?? '' })}
        confirm={t('close')}
        isDangerous
        isOpen={closing !== null}
        onOpenChange={() => setClosing(null)}
        onConfirm={() => {
          if (closing !== null) void terminals.close(closing.id).catch(failed)
          setClosing(null)
        }}
      >
        {t('closeBody')}
      </AlertDialog>
    </section>
  )
}

interface NoTerminalProps {
  terminals: Terminals
  canType: boolean
  isStarting: boolean
  onStart: () => void
}

function NoTerminal({ terminals, canType, isStarting, onStart }: NoTerminalProps) {
  const t = useMessages(messages)
  const list = useStore(terminals.store, (s) => s.list)
  switch (list.status) {
    case 'loading':
      return <p className="appear-late text-muted">{t('attaching')}</p>
    case 'failed':
      if (!canType && hasCode(list.error, 'forbidden', 'not_found')) return <EmptyState>{t('watchOff')}</EmptyState>
      return (
        <EmptyState action={<Button onClick={terminals.reload}>{t('retry')}</Button>}>
          {t('failed')} {describeError(list.error)}
        </EmptyState>
      )
    case 'ready':
      if (!canType) return <EmptyState>{t('emptyViewer')}</EmptyState>
      return (
        <EmptyState
          action={
            <Button kind="primary" icon={Plus} isBusy={isStarting} onClick={onStart}>
              {t('new')}
            </Button>
          }
        >
          {t('empty')}
        </EmptyState>
      )
  }
}
