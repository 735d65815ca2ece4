import { Shield, ShieldAlert } from 'lucide-react'
import { useState } from 'react'
import type { Isolation } from '#shared/protocol/terminal.ts'
import { useMessages } from '../platform/i18n.ts'
import { cx } from '../ui/class-names.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Icon } from '../ui/icon.tsx'
import { Tooltip } from '../ui/tooltip.tsx'
import { messages } from './locale.ts'

/** Says plainly what programs here can reach; a press tells more, also to fingers, for which nothing hovers. */
export function IsolationNote({ isolation }: { isolation: Isolation }) {
  const t = useMessages(messages)
  const [isOpen, setOpen] = useState(false)
  const isOpenToAll = isolation === 'none'
  const name = t(isOpenToAll ? 'notIsolated' : 'isolated')
  const sentence = t(isOpenToAll ? 'notIsolatedLong' : 'isolatedLong')
  return (
    <>
      <Tooltip label={sentence}>
        <button
          type="button"
          data-testid="isolation"
          aria-label={name}
          aria-haspopup="dialog"
          onClick={() => setOpen(true)}
          className={cx(
            'flex h-7 shrink-0 items-center gap-1 rounded-sm px-1.5 text-12 hover:bg-hover pointer-coarse:h-11',
            isOpenToAll ? 'text-warning' : 'text-muted hover:text-ink',
          )}
        >
          <Icon of={isOpenToAll ? ShieldAlert : Shield} />
          <span className="max-sm:sr-only">{name}</span>
        </button>
      </Tooltip>
      <Dialog title={name} isOpen={isOpen} onOpenChange={setOpen} width={420}>
        <div className="grid gap-3">
          <p>{sentence}</p>
          <p className="text-muted">{t(isOpenToAll ? 'notIsolatedFix' : 'isolatedShared')}</p>
        </div>
      </Dialog>
    </>
  )
}
