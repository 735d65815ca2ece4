import { type ComponentProps, type ReactNode, useId } from 'react'
import { cx } from './class-names.ts'

export const inputClass =
  'h-9 w-full min-w-0 rounded-sm border border-control bg-raised px-2.5 text-ink outline-offset-0 aria-invalid:border-danger disabled:opacity-55 pointer-coarse:h-11 pointer-coarse:text-[16px]'

interface Props extends ComponentProps<'input'> {
  label: string
  /** Seen by screen readers only, where the place already says what is asked. */
  isLabelHidden?: boolean
  hint?: ReactNode
  error?: string | null | undefined
  /** Stands inside the field at its end. */
  trailing?: ReactNode
}

export function TextField({ label, isLabelHidden = false, hint, error, trailing, className, ...rest }: Props) {
  const id = useId()
  const hasError = error !== null && error !== undefined && error !== ''
  return (
    <div className={cx('grid gap-1', className)}>
      <label htmlFor={id} className={isLabelHidden ? 'sr-only' : 'font-semibold'}>
        {label}
      </label>
      <div className="relative">
        <input
          autoComplete="off"
          {...rest}
          id={id}
          aria-invalid={hasError || undefined}
          aria-describedby={hasError || hint !== undefined ? `${id}-note` : undefined}
          className={cx(inputClass, trailing !== undefined && 'pr-16')}
        />
        {trailing !== undefined && <span className="absolute inset-y-0 right-1 flex items-center">{trailing}</span>}
      </div>
      {(hasError || hint !== undefined) && (
        <p id={`${id}-note`} className={cx('text-12', hasError ? 'text-danger' : 'text-muted')}>
          {hasError ? error : hint}
        </p>
      )}
    </div>
  )
}
