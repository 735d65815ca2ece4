import { Tooltip as Base } from '@base-ui/react/tooltip'
import type { ReactElement, ReactNode } from 'react'

interface Props {
  label: ReactNode
  shortcut?: string
  side?: 'top' | 'bottom' | 'left' | 'right'
  children: ReactElement<Record<string, unknown>>
}

/** Names what it wraps on hover and focus. Not the only name: the wrapped element has its own label. */
export function Tooltip({ label, shortcut, side = 'bottom', children }: Props) {
  return (
    <Base.Root>
      <Base.Trigger delay={400} render={children} />
      <Base.Portal>
        <Base.Positioner side={side} sideOffset={6} className="z-50">
          <Base.Popup className="popup flex max-w-80 items-center gap-2 rounded-sm bg-raised px-2 py-1 text-12 text-ink shadow-float">
            {label}
            {shortcut !== undefined && <kbd className="font-sans text-muted">{shortcut}</kbd>}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
