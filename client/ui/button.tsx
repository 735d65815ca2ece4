import type { LucideIcon } from 'lucide-react'
import type { ComponentProps } from 'react'
import { cx } from './class-names.ts'
import { Icon } from './icon.tsx'
import { Spinner } from './spinner.tsx'

export type ButtonKind = 'primary' | 'secondary' | 'quiet' | 'danger'

const KINDS: Record<ButtonKind, string> = {
  primary: 'bg-accent text-on-accent font-semibold enabled:hover:brightness-110',
  secondary: 'border border-control text-ink enabled:hover:bg-hover',
  quiet: 'text-ink enabled:hover:bg-hover',
  danger: 'border border-danger text-danger font-semibold enabled:hover:bg-removed',
}

/** The look of a button, for links that act like one. */
export const buttonClass = (kind: ButtonKind = 'secondary', size: 'default' | 'large' = 'default'): string =>
  cx(
    'inline-flex items-center justify-center gap-1.5 rounded-sm whitespace-nowrap select-none disabled:opacity-55',
    size === 'large' ? 'h-9 px-4 pointer-coarse:h-11' : 'h-7 px-3 pointer-coarse:h-11',
    KINDS[kind],
  )

interface Props extends ComponentProps<'button'> {
  kind?: ButtonKind
  size?: 'default' | 'large'
  icon?: LucideIcon
  /** Shows that work goes on; the button keeps its width and ignores further presses. */
  isBusy?: boolean
}

export function Button({
  kind = 'secondary',
  size = 'default',
  icon,
  isBusy = false,
  children,
  className,
  onClick,
  ...rest
}: Props) {
  return (
    <button
      type="button"
      {...rest}
      aria-busy={isBusy || undefined}
      aria-disabled={isBusy || undefined}
      onClick={(event) => (isBusy ? event.preventDefault() : onClick?.(event))}
      className={cx(buttonClass(kind, size), className)}
    >
      {isBusy ? <Spinner /> : icon && <Icon of={icon} />}
      {children}
    </button>
  )
}
