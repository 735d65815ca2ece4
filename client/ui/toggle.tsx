import { Switch as Base } from '@base-ui/react/switch'
import { useId } from 'react'

interface Props {
  label: string
  hint?: string
  isOn: boolean
  onChange: (isOn: boolean) => void
}

/** A setting that is on or off and takes effect at once. */
export function Toggle({ label, hint, isOn, onChange }: Props) {
  const id = useId()
  return (
    <label className="flex items-start justify-between gap-4">
      <span className="grid">
        <span id={id}>{label}</span>
        {hint !== undefined && <span className="text-12 text-muted">{hint}</span>}
      </span>
      <Base.Root
        checked={isOn}
        onCheckedChange={onChange}
        aria-labelledby={id}
        className="mt-0.5 flex h-4 w-7 shrink-0 items-center rounded-full border border-control p-px data-checked:border-accent data-checked:bg-accent"
      >
        <Base.Thumb className="size-3 rounded-full bg-control transition-transform data-checked:translate-x-3 data-checked:bg-on-accent" />
      </Base.Root>
    </label>
  )
}
