import { ContextMenu as BaseContext } from '@base-ui/react/context-menu'
import { Menu as Base } from '@base-ui/react/menu'
import type { LucideIcon } from 'lucide-react'
import type { ReactElement, ReactNode } from 'react'
import { cx } from './class-names.ts'
import { Icon } from './icon.tsx'

export type MenuEntry =
  | {
      readonly type: 'item'
      readonly label: string
      readonly icon?: LucideIcon
      readonly shortcut?: string
      /** Says more under the label. */
      readonly note?: string
      readonly isDangerous?: boolean
      readonly isDisabled?: boolean
      readonly run: () => void
    }
  | { readonly type: 'separator' }
  | { readonly type: 'heading'; readonly label: string; readonly note?: string }

const POPUP =
  'popup max-h-[min(70dvh,var(--available-height))] min-w-48 max-w-80 overflow-y-auto rounded-lg bg-raised p-1 shadow-float outline-none'

function Entries({ entries }: { entries: readonly MenuEntry[] }): ReactNode {
  return entries.map((entry, at) => {
    switch (entry.type) {
      case 'separator':
        // Menus are short and built anew each time; the place is the identity.
        // oxlint-disable-next-line react/no-array-index-key
        return <Base.Separator key={at} className="mx-2 my-1 h-px bg-line" />
      case 'heading':
        return (
          <div key={entry.label} className="px-2 py-1.5">
            <div className="truncate font-semibold">{entry.label}</div>
            {entry.note !== undefined && <div className="truncate text-12 text-muted">{entry.note}</div>}
          </div>
        )
      case 'item':
        return (
          <Base.Item
            key={`${at} ${entry.label}`}
            disabled={entry.isDisabled ?? false}
            onClick={entry.run}
            className={cx(
              'flex min-h-7 items-center gap-2 rounded-sm px-2 outline-none select-none data-disabled:opacity-55 data-highlighted:bg-hover pointer-coarse:min-h-11',
              entry.isDangerous === true && 'text-danger',
            )}
          >
            {entry.icon ? <Icon of={entry.icon} /> : null}
            <span className="min-w-0 flex-1">
              <span className="block truncate">{entry.label}</span>
              {entry.note !== undefined && <span className="block truncate text-12 text-muted">{entry.note}</span>}
            </span>
            {entry.shortcut !== undefined && <kbd className="font-sans text-12 text-muted">{entry.shortcut}</kbd>}
          </Base.Item>
        )
    }
  })
}

interface MenuProps {
  /** The button that opens it. */
  trigger: ReactElement<Record<string, unknown>>
  entries: readonly MenuEntry[]
  align?: 'start' | 'end'
  /** For entries that are fetched when they are asked for, and for a menu that something else opens too. */
  isOpen?: boolean
  onOpenChange?: (isOpen: boolean) => void
}

/** A list of actions under a button. */
export function Menu({ trigger, entries, align = 'end', isOpen, onOpenChange }: MenuProps) {
  return (
    <Base.Root {...(isOpen !== undefined && { open: isOpen })} {...(onOpenChange && { onOpenChange })}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner align={align} sideOffset={4} className="z-50">
          <Base.Popup className={POPUP}>
            <Entries entries={entries} />
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

interface ContextMenuProps {
  /** The element that opens it by right-click, Shift-F10 and long press. */
  children: ReactElement<Record<string, unknown>>
  entries: readonly MenuEntry[]
}

/** The same list where the pointer is (behaviour 13). */
export function ContextMenu({ children, entries }: ContextMenuProps) {
  return (
    <BaseContext.Root>
      <BaseContext.Trigger render={children} />
      <BaseContext.Portal>
        <BaseContext.Positioner className="z-50">
          <BaseContext.Popup className={POPUP}>
            <Entries entries={entries} />
          </BaseContext.Popup>
        </BaseContext.Positioner>
      </BaseContext.Portal>
    </BaseContext.Root>
  )
}
