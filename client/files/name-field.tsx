import { useLayoutEffect, useRef, useState } from 'react'
import { describeError } from '../platform/api-error.ts'
import { useMessages } from '../platform/i18n.ts'
import { isComposingKey } from '../platform/keys.ts'
import { inputClass } from '../ui/text-field.tsx'
import { createEntry, renameEntry } from './file-actions.ts'
import { messages } from './locale.ts'
import type { Naming } from './state.ts'
import { joinPath, nameOf, parentOf } from './tree.ts'
import { useWorkbench } from './workbench.ts'

/** A name typed in the tree's own place: Enter does it, Esc leaves everything as it was. */
export function NameField({ naming, depth = 0 }: { naming: Naming; depth?: number }) {
  const t = useMessages(messages)
  const bench = useWorkbench()
  const start = naming.type === 'rename' ? nameOf(naming.path) : ''
  const [name, setName] = useState(start)
  const [error, setError] = useState<string | null>(null)
  const isDone = useRef(false)
  const field = useRef<HTMLInputElement>(null)
  const label =
    naming.type === 'rename'
      ? t('tree.renameFor', { name: start })
      : t(naming.kind === 'file' ? 'tree.nameFor' : 'tree.nameForFolder')

  // Before the next key: what is typed right after F2 or the button belongs into the field.
  useLayoutEffect(() => {
    field.current?.focus()
    const dot = start.lastIndexOf('.')
    field.current?.setSelectionRange(0, dot > 0 ? dot : start.length)
  }, [start])

  const leave = (): void => {
    isDone.current = true
    bench.store.setState({ naming: null })
    document.getElementById('file-tree')?.focus()
  }
  const submit = async (): Promise<void> => {
    if (isDone.current) return
    const wanted = name.trim().normalize('NFC')
    if (wanted === start) return leave()
    if (wanted === '') return setError(t('tree.nameEmpty'))
    if (naming.type === 'rename' && wanted.includes('/')) return setError(t('tree.nameSlash'))
    isDone.current = true
    try {
      if (naming.type === 'rename') await renameEntry(bench, naming.path, joinPath(parentOf(naming.path), wanted))
      else await createEntry(bench, joinPath(naming.folder, wanted), naming.kind)
      bench.store.setState({ naming: null })
    } catch (failure) {
      isDone.current = false
      setError(describeError(failure))
      field.current?.focus()
    }
  }
  return (
    <div className="relative z-10 px-2" style={{ paddingLeft: 8 + depth * 14 }}>
      <input
        ref={field}
        aria-label={label}
        placeholder={
          naming.type === 'create' && naming.folder !== '' ? t('tree.nameIn', { folder: naming.folder }) : ''
        }
        aria-invalid={error !== null || undefined}
        aria-describedby={error === null ? undefined : 'name-error'}
        value={name}
        spellCheck={false}
        autoComplete="off"
        className={`${inputClass} h-7!`}
        onChange={(event) => {
          setName(event.target.value)
          setError(null)
        }}
        onKeyDown={(event) => {
          event.stopPropagation()
          if (isComposingKey(event.nativeEvent)) return
          if (event.key === 'Enter') void submit()
          if (event.key === 'Escape') leave()
        }}
        onBlur={() => {
          if (!isDone.current && error === null) bench.store.setState({ naming: null })
        }}
      />
      {error !== null && (
        <p
          id="name-error"
          role="alert"
          className="absolute inset-x-2 top-8 rounded-sm bg-raised p-2 text-12 text-danger shadow-float"
        >
          {error}
        </p>
      )}
    </div>
  )
}
