import { Dialog as Base } from '@base-ui/react/dialog'
import { type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { isComposingKey } from '../platform/keys.ts'
import { cx } from '../ui/class-names.ts'
import { backdropClass, popupClass } from '../ui/dialog.tsx'
import { inputClass } from '../ui/text-field.tsx'

export interface PickerRow {
  readonly key: string
  readonly label: ReactNode
  readonly note?: string
  readonly run: (isBeside: boolean) => void
}

interface Props {
  readonly title: string
  readonly placeholder: string
  readonly none: string
  readonly footer?: string
  readonly query: string
  readonly onQuery: (query: string) => void
  readonly rows: readonly PickerRow[]
  readonly onClose: () => void
}

/** A field with a list under it: type, arrows, Enter. Quick open and the command palette are both this. */
export function Picker({ title, placeholder, none, footer, query, onQuery, rows, onClose }: Props) {
  const id = useId()
  const [at, setAt] = useState(0)
  const list = useRef<HTMLUListElement>(null)
  useEffect(() => setAt(0), [query])
  const index = Math.min(at, rows.length - 1)
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
  }, [index])
  const choose = (row: PickerRow | undefined, isBeside: boolean): void => {
    if (row === undefined) return
    onClose()
    // After the dialog gave the focus back, so that what runs may take it.
    setTimeout(() => row.run(isBeside), 0)
  }
  return (
    <Base.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Base.Portal>
        <Base.Backdrop className={backdropClass} />
        <Base.Popup className={cx(popupClass, 'overflow-hidden! p-2')} style={{ maxWidth: 600 }}>
          <Base.Title className="sr-only">{title}</Base.Title>
          <input
            role="combobox"
            aria-expanded
            aria-controls={`${id}-list`}
            aria-activedescendant={rows.length > 0 ? `${id}-${index}` : undefined}
            aria-label={title}
            placeholder={placeholder}
            value={query}
            spellCheck={false}
            autoComplete="off"
            className={inputClass}
            onChange={(event) => onQuery(event.target.value)}
            onKeyDown={(event) => {
              if (isComposingKey(event.nativeEvent)) return
              const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key]
              if (step !== undefined) {
                event.preventDefault()
                setAt(Math.min(rows.length - 1, Math.max(0, index + step)))
              }
              if (event.key === 'Enter') {
                event.preventDefault()
                choose(rows[index], event.ctrlKey || event.metaKey)
              }
            }}
          />
          {rows.length === 0 ? (
            <p role="status" className="px-2 py-4 text-muted">
              {none}
            </p>
          ) : (
            <ul
              ref={list}
              id={`${id}-list`}
              role="listbox"
              aria-label={title}
              className="mt-2 max-h-[50dvh] overflow-y-auto"
            >
              {rows.map((row, i) => (
                <li
                  key={row.key}
                  id={`${id}-${i}`}
                  role="option"
                  aria-selected={i === index}
                  onClick={(event) => choose(row, event.ctrlKey || event.metaKey)}
                  onPointerMove={() => setAt(i)}
                  className={cx(
                    'flex h-7 cursor-default items-center gap-3 rounded-sm px-2 pointer-coarse:h-11',
                    i === index && 'bg-active',
                  )}
                >
                  <span className="min-w-0 flex-1 truncate">{row.label}</span>
                  {row.note !== undefined && <span className="shrink-0 truncate text-12 text-muted">{row.note}</span>}
                </li>
              ))}
            </ul>
          )}
          {footer !== undefined && <p className="px-2 pt-2 text-12 text-muted">{footer}</p>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}
