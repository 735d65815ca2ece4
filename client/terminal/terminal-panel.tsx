import { ChevronDown, Ellipsis, Plus } from 'lucide-react'
import { useCallback } from 'react'
import { useStore } from 'zustand'
import { describeError, hasCode } from '../platform/api-error.ts'
import { useMessages } from '../platform/i18n.ts'
import { AlertDialog } from '../ui/alert-dialog.tsx'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { ContextMenu, Menu } from '../ui/menu.tsx'
import { mayType, type TerminalIde } from './ide.ts'
import { IsolationNote } from './isolation-note.tsx'
import { messages } from './locale.ts'
import { RenameDialog } from './rename-dialog.tsx'
import { tellFailure, terminalMenu } from './terminal-menu.ts'
import { TerminalTabs } from './terminal-tabs.tsx'
import { TerminalView } from './terminal-view.tsx'
import type { Terminals } from './terminals.ts'

interface Props {
  terminals: Terminals
  ide: TerminalIde
  onLeave: () => void
}

/** The terminals that the workspace shares: which there are, who types, and the one that is shown. */
export function TerminalPanel({ terminals, ide, onLeave }: Props) {
  const t = useMessages(messages)
  const list = useStore(terminals.store, (s) => s.list)
  const active = useStore(terminals.store, (s) => s.active)
  const isStarting = useStore(terminals.store, (s) => s.isStarting)
  const isReadAloud = useStore(terminals.store, (s) => s.isReadAloud)
  // The menus offer Copy only where something is selected.
  useStore(terminals.store, (s) => s.hasSelection)
  const smaller = useStore(terminals.store, (s) => s.smaller)
  const canType = mayType(ide.role)
  const all = list.status === 'ready' ? list.terminals : []
  const shown = all.find((terminal) => terminal.id === active) ?? null
  const typists = ide.people
    .filter((p) => p.id !== ide.meId && shown?.typing.includes(p.id) === true)
    .map((p) => p.name)
  const start = useCallback(() => void terminals.start().catch(tellFailure), [terminals])
  const hide = (): void => {
    terminals.setOpen(false)
    onLeave()
  }
  const menu = shown === null ? [] : terminalMenu(terminals, shown, canType)

  return (
    <section aria-label={t('title')} className="flex h-full min-h-0 flex-col border-t border-line">
      <header className="flex h-9 shrink-0 items-center gap-1 border-b border-line bg-side pr-1 pl-2">
        <TerminalTabs terminals={terminals} list={all} active={active} canType={canType} />
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
          {typists.length > 0
            ? t('typing', { count: typists.length, names: typists.join(', ') })
            : smaller !== null && t('smaller', { cols: smaller.cols, rows: smaller.rows })}
        </span>
        {list.status === 'ready' && list.isolation !== null && <IsolationNote isolation={list.isolation} />}
        {shown !== null && <Menu trigger={<IconButton icon={Ellipsis} label={t('more')} />} entries={menu} />}
        <IconButton icon={ChevronDown} label={t('hide')} onClick={hide} />
      </header>
      {shown === null ? (
        <div className="p-4">
          <NoTerminal terminals={terminals} canType={canType} isStarting={isStarting} onStart={start} />
        </div>
      ) : (
        <ContextMenu entries={menu}>
          <div role="tabpanel" aria-labelledby={`terminal-tab-${shown.id}`} className="flex min-h-0 flex-1 flex-col">
            <TerminalView
              key={shown.id}
              terminals={terminals}
              info={shown}
              ide={ide}
              canType={canType}
              isReadAloud={isReadAloud}
            />
          </div>
        </ContextMenu>
      )}
      <AskedOf terminals={terminals} />
    </section>
  )
}

/** Asks for a new name, or whether a program may end: from the menus, the tabs and the palette. */
function AskedOf({ terminals }: { terminals: Terminals }) {
  const t = useMessages(messages)
  const asking = useStore(terminals.store, (s) => s.asking)
  const list = useStore(terminals.store, (s) => s.list)
  const asked = list.status === 'ready' ? list.terminals.find(({ id }) => id === asking?.id) : undefined
  const done = (): void => terminals.store.setState({ asking: null })
  const closing = asking?.type === 'close' ? asked : undefined
  return (
    <>
      <RenameDialog terminals={terminals} terminal={asking?.type === 'rename' ? (asked ?? null) : null} onDone={done} />
      <AlertDialog
        title={t('closeTitle', { name: closing?.name ?? '' })}
        confirm={t('close')}
        isDangerous
        isOpen={closing !== undefined}
        onOpenChange={done}
        onConfirm={() => {
          if (closing !== undefined) void terminals.close(closing.id).catch(tellFailure)
          done()
        }}
      >
        {t('closeBody')}
      </AlertDialog>
    </>
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
