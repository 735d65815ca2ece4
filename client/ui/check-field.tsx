import type { ReactNode } from 'react'

interface Props {
  label: string
  hint?: ReactNode
  isChecked: boolean
  onChange: (isChecked: boolean) => void
}

/** Something that is chosen or not, and takes effect with its form. */
export function CheckField({ label, hint, isChecked, onChange }: Props) {
  return (
    <label className="flex items-start gap-2.5 py-0.5 pointer-coarse:min-h-11 pointer-coarse:items-center">
      <input
        type="checkbox"
        className="mt-0.5 size-4 shrink-0 accent-(--accent)"
        checked={isChecked}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span className="grid">
        <span>{label}</span>
        {hint !== undefined && <span className="text-12 text-muted">{hint}</span>}
      </span>
    </label>
  )
}
