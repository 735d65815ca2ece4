import { X } from 'lucide-react'
import type { KeyboardEvent } from 'react'
import type { TerminalId } from '#shared/ids.ts'
import type { TerminalInfo } from '#shared/protocol/terminal.ts'
import { useMessages } from '../platform/i18n.ts'
import { cx } from '../ui/class-names.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { messages } from './locale.ts'

interface Props {
  terminals: readonly TerminalInfo[]
  active: TerminalId | null
  onSelect: (id: TerminalId) => void
  /** null where one may not */
  onClose: ((terminal: TerminalInfo) => void) | null
}

/** One tab a terminal; arrows go along, Delete closes. */
export function TerminalTabs({ terminals, active, onSelect, onClose }: Props) {
  const t = useMessages(messages)
  const onKeyDown = (event: KeyboardEvent): void => {
    const at = terminals.findIndex((terminal) => terminal.id === active)
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    const next = terminals[(at + by + terminals.length) % Math.max(1, terminals.length)]
    if (by !== 0 && next !== undefined) {
      onSelect(next.id)
      document.getElementById(`terminal-tab-${next.id}`)?.focus()
    } else if (event.key === 'Delete' && terminals[at] !== undefined) onClose?.(terminals[at])
  }
  return (
    <div className="flex min-w-0 items-center gap-px overflow-x-auto">
      <div role="tablist" aria-label={t('list')} onKeyDown={onKeyDown} className="flex min-w-0 items-center gap-px">
        {terminals.map((terminal) => {
          const isActive = terminal.id === active
          const hasEnded = terminal.state.status === 'exited'
          return (
            <button
              key={terminal.id}
              id={`terminal-tab-${terminal.id}`}
              type="button"
              role="tab"
              aria-selected={isActive}
              tabIndex={isActive ? 0 : -1}
              title={terminal.title === '' ? terminal.name : `${terminal.name} · ${terminal.title}`}
              onClick={() => onSelect(terminal.id)}
              onAuxClick={(event) => {
                if (event.button === 1) onClose?.(terminal)
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
          )
        })}
      </div>
      {onClose !== null && active !== null && (
        <IconButton
          icon={X}
          label={t('close')}
          onClick={() => {
            const terminal = terminals.find((one) => one.id === active)
            if (terminal !== undefined) onClose(terminal)
          }}
        />
      )}
    </div>
  )
}
