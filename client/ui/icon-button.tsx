import type { LucideIcon } from 'lucide-react'
import type { ComponentProps } from 'react'
import { cx } from './class-names.ts'
import { Icon } from './icon.tsx'
import { Tooltip } from './tooltip.tsx'

interface Props extends Omit<ComponentProps<'button'>, 'aria-label' | 'children'> {
  icon: LucideIcon
  /** Read aloud, and shown on hover and focus. */
  label: string
  /** The shortcut as it is written on this machine. */
  shortcut?: string
}

/** A button that is only an icon. */
export function IconButton({ icon, label, shortcut, className, ...rest }: Props) {
  return (
    <Tooltip label={label} {...(shortcut === undefined ? {} : { shortcut })}>
      <button
        type="button"
        {...rest}
        aria-label={label}
        className={cx(
          'inline-flex size-7 shrink-0 items-center justify-center rounded-sm text-muted enabled:hover:bg-hover enabled:hover:text-ink disabled:opacity-55 data-popup-open:bg-active data-popup-open:text-ink pointer-coarse:size-11',
          className,
        )}
      >
        <Icon of={icon} />
      </button>
    </Tooltip>
  )
}
