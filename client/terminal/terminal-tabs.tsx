import { X } from 'lucide-react'
import type { KeyboardEvent } from 'react'
import type { TerminalId } from '#shared/ids.ts'
import type { TerminalInfo } from '#shared/protocol/terminal.ts'
import { useMessages } from '../platform/i18n.ts'
import { cx } from '../ui/class-names.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { ContextMenu } from '../ui/menu.tsx'
import { messages } from './locale.ts'
import { closeTerminal, tabMenu } from './terminal-menu.ts'
import type { Terminals } from './terminals.ts'

interface Props {
  terminals: Terminals
  list: readonly TerminalInfo[]
  active: TerminalId | null
  canType: boolean
}

/** One tab a terminal; arrows go along, F2 renames, Delete closes. */
export function TerminalTabs({ terminals, list, active, canType }: Props) {
  const t = useMessages(messages)
  const shown = list.find((terminal) => terminal.id === active)
  const onKeyDown = (event: KeyboardEvent): void => {
    const at = list.findIndex((terminal) => terminal.id === active)
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    const next = list[(at + by + list.length) % Math.max(1, list.length)]
    if (by !== 0 && next !== undefined) {
      terminals.select(next.id)
      document.getElementById(`terminal-tab-${next.id}`)?.focus()
    } else if (canType && shown !== undefined) {
      if (event.key === 'Delete') closeTerminal(terminals, shown)
      else if (event.key === 'F2') terminals.store.setState({ asking: { type: 'rename', id: shown.id } })
      else return
    } else return
    event.preventDefault()
  }
  return (
    <div className="flex min-w-0 items-center gap-px overflow-x-auto">
      <div role="tablist" aria-label={t('list')} onKeyDown={onKeyDown} className="flex min-w-0 items-center gap-px">
        {list.map((terminal) => {
          const isActive = terminal.id === active
          const hasEnded = terminal.state.status === 'exited'
          return (
            <ContextMenu key={terminal.id} entries={tabMenu(terminals, terminal, canType)}>
              <button
                id={`terminal-tab-${terminal.id}`}
                type="button"
                role="tab"
                aria-selected={isActive}
                tabIndex={isActive ? 0 : -1}
                title={[terminal.name, terminal.title, terminal.folder].filter(Boolean).join(' · ')}
                onClick={() => terminals.focus(terminal.id)}
                onAuxClick={(event) => {
                  if (event.button === 1 && canType) closeTerminal(terminals, terminal)
                }}
                className={cx(
                  'flex h-9 max-w-44 shrink-0 items-center gap-1.5 border-b-2 px-2.5 pointer-coarse:h-11',
                  isActive ? 'border-accent text-ink' : 'border-transparent text-muted hover:text-ink',
                  hasEnded && 'italic',
                )}
              >
                <i
                  aria-hidden
                  className={cx(
                    'size-1.5 shrink-0 rounded-full',
                    hasEnded ? 'bg-control' : terminal.typing.length > 0 ? 'bg-accent' : 'bg-transparent',
                  )}
                />
                <span className="truncate">{terminal.name}</span>
              </button>
            </ContextMenu>
          )
        })}
      </div>
      {canType && shown !== undefined && (
        <IconButton icon={X} label={t('close')} onClick={() => closeTerminal(terminals, shown)} />
      )}
    </div>
  )
}
