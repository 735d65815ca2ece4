import { useId } from 'react'
import { cx } from './class-names.ts'

interface Props<Value extends string> {
  label: string
  value: Value
  options: readonly { readonly value: Value; readonly label: string; readonly title?: string }[]
  onChange: (value: Value) => void
}

/** One of a few short values, all in sight; the arrow keys go between them. */
export function Segments<Value extends string>({ label, value, options, onChange }: Props<Value>) {
  const name = useId()
  return (
    <fieldset className="flex items-center gap-0.5">
      <legend className="sr-only">{label}</legend>
      {options.map((option) => (
        <label
          key={option.value}
          title={option.title}
          className={cx(
            'relative flex h-7 items-center rounded-sm px-2.5 whitespace-nowrap text-muted hover:bg-hover pointer-coarse:h-11',
            'has-checked:bg-active has-checked:font-semibold has-checked:text-ink',
            'has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent',
          )}
        >
          <input
            type="radio"
            name={name}
            className="absolute inset-0 cursor-pointer appearance-none outline-none"
            checked={option.value === value}
            onChange={() => onChange(option.value)}
            aria-label={option.title ?? option.label}
          />
          <span aria-hidden>{option.label}</span>
        </label>
      ))}
    </fieldset>
  )
}
