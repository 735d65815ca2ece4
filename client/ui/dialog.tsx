import { Dialog as Base } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import { type ReactNode, useRef } from 'react'
import { common } from '../platform/common.ts'
import { useMessages } from '../platform/i18n.ts'
import { cx } from './class-names.ts'
import { IconButton } from './icon-button.tsx'

interface Props {
  title: string
  description?: ReactNode
  isOpen: boolean
  onOpenChange: (isOpen: boolean) => void
  /** px; on narrow screens it takes the width there is */
  width?: number
  /** What it shows cannot be shown again: a press outside does not leave it. */
  isSticky?: boolean
  /** Something runs in it that has a button of its own to end it. */
  isBusy?: boolean
  children: ReactNode
}

export const popupClass =
  'popup fixed top-[12dvh] left-1/2 z-40 max-h-[80dvh] w-[calc(100vw-24px)] -translate-x-1/2 overflow-y-auto rounded-lg bg-raised shadow-float outline-none max-sm:top-3 max-sm:max-h-[calc(100dvh-24px)]'
export const backdropClass =
  'fixed inset-0 z-40 bg-(--backdrop) transition-opacity duration-(--slow) data-starting-style:opacity-0 data-ending-style:opacity-0'

/** A task on its own layer; Esc and a press outside leave it, and focus returns to where it was. */
export function Dialog({
  title,
  description,
  isOpen,
  onOpenChange,
  width = 480,
  isSticky = false,
  isBusy = false,
  children,
}: Props) {
  const t = useMessages(common)
  const popup = useRef<HTMLDivElement>(null)
  const body = useRef<HTMLDivElement>(null)
  return (
    <Base.Root open={isOpen} onOpenChange={onOpenChange} disablePointerDismissal={isSticky}>
      <Base.Portal>
        <Base.Backdrop className={backdropClass} />
        <Base.Popup
          ref={popup}
          // What is asked for first, or the dialog itself: never its Close, whose hint would take the first Esc.
          initialFocus={() =>
            body.current?.querySelector<HTMLElement>('input:not([type=radio], [type=file])') ?? popup.current
          }
          className={popupClass}
          style={{ maxWidth: width }}
        >
          <header className="flex items-center gap-3 border-b border-line py-3 pr-3 pl-5">
            <div className="grid min-w-0 flex-1 gap-1 py-1">
              <Base.Title className="text-15 font-semibold">{title}</Base.Title>
              {description !== undefined && <Base.Description className="text-muted">{description}</Base.Description>}
            </div>
            {!isBusy && <Base.Close render={<IconButton icon={X} label={t('action.close')} />} />}
          </header>
          <div ref={body} className="p-5">
            {children}
          </div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}

/** The buttons at the end of a dialog; the one that does it stands last. */
export function DialogActions({ children, className = 'mt-5' }: { children: ReactNode; className?: string }) {
  return <div className={cx('flex flex-wrap justify-end gap-2', className)}>{children}</div>
}
