import { Select as Base } from '@base-ui/react/select'
import { Check, ChevronDown } from 'lucide-react'
import { useId } from 'react'
import { cx } from './class-names.ts'
import { Icon } from './icon.tsx'

interface Props<Value extends string> {
  label: string
  isLabelHidden?: boolean
  value: Value
  options: readonly { readonly value: Value; readonly label: string; readonly note?: string }[]
  isDisabled?: boolean
  /** In a table's row it is as low as the row. */
  size?: 'default' | 'small'
  onChange: (value: Value) => void
}

/** One of a few values. */
export function Select<Value extends string>({
  label,
  isLabelHidden = false,
  value,
  options,
  isDisabled = false,
  size = 'default',
  onChange,
}: Props<Value>) {
  const id = useId()
  return (
    <div className="grid gap-1">
      <span id={id} className={isLabelHidden ? 'sr-only' : 'font-semibold'}>
        {label}
      </span>
      <Base.Root
        value={value}
        items={options.map((o) => ({ value: o.value, label: o.label }))}
        disabled={isDisabled}
        onValueChange={(next) => next !== null && onChange(next)}
      >
        <Base.Trigger
          aria-labelledby={id}
          className={cx(
            'flex items-center justify-between gap-2 rounded-sm border border-control px-2.5 text-left select-none hover:bg-hover data-disabled:border-line data-disabled:text-muted data-disabled:hover:bg-transparent pointer-coarse:h-11',
            size === 'small' ? 'h-7 min-w-24' : 'h-9 min-w-0',
          )}
        >
          <Base.Value className="truncate" />
          <Base.Icon>
            <Icon of={ChevronDown} className="shrink-0 text-muted" />
          </Base.Icon>
        </Base.Trigger>
        <Base.Portal>
          <Base.Positioner alignItemWithTrigger={false} sideOffset={4} className="z-50">
            <Base.Popup className="popup max-h-(--available-height) min-w-(--anchor-width) overflow-y-auto rounded-lg bg-raised p-1 shadow-float outline-none">
              {options.map((option) => (
                <Base.Item
                  key={option.value}
                  value={option.value}
                  className="grid min-h-7 grid-cols-[16px_1fr] items-center gap-x-2 rounded-sm px-2 py-1 outline-none select-none data-highlighted:bg-hover pointer-coarse:min-h-11"
                >
                  <Base.ItemIndicator className="col-start-1 row-start-1">
                    <Icon of={Check} />
                  </Base.ItemIndicator>
                  <Base.ItemText className="col-start-2 row-start-1">{option.label}</Base.ItemText>
                  {option.note !== undefined && <span className="col-start-2 text-12 text-muted">{option.note}</span>}
                </Base.Item>
              ))}
            </Base.Popup>
          </Base.Positioner>
        </Base.Portal>
      </Base.Root>
    </div>
  )
}
