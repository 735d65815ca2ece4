import { type KeyboardEvent, type RefObject, useId, useMemo, useState } from 'react'
import { isComposingKey } from '../platform/keys.ts'
import { beginMention, completeMention, mentionAt } from './mention.ts'

interface Options {
  readonly field: RefObject<HTMLTextAreaElement | null>
  readonly text: string
  readonly findFiles: (query: string) => readonly string[]
  readonly onText: (text: string) => void
  readonly onPick: (path: string) => void
}

/** Naming a file by `@`: what fits, by arrows or pointer. An Enter that picks never sends. */
export function useMention({ field, text, findFiles, onText, onPick }: Options) {
  const listId = useId()
  const [caret, setCaret] = useState<number | null>(null)
  const [closedAt, setClosedAt] = useState<number | null>(null)
  const [at, setAt] = useState(0)
  const mention = caret === null ? null : mentionAt(text, caret)
  const query = mention !== null && mention.from !== closedAt ? mention.query : null
  const files = useMemo(() => (query === null ? [] : findFiles(query)), [query, findFiles])
  const active = Math.min(at, files.length - 1)
  const isOpen = files.length > 0

  const pick = (path: string | undefined): void => {
    if (mention === null || path === undefined) return
    const done = completeMention(text, mention, path)
    onText(done.text)
    onPick(path)
    setCaret(null)
    setAt(0)
    placeCaret(done.caret)
  }
  const placeCaret = (to: number): void => {
    // Once the field has the new text.
    requestAnimationFrame(() => {
      field.current?.focus()
      field.current?.setSelectionRange(to, to)
    })
  }
  const look = (): void => {
    setCaret(field.current?.selectionStart ?? null)
  }

  return {
    files,
    active,
    listId,
    pick,
    look,
    close: () => setCaret(null),
    /** As if `@` had been typed. */
    begin(): void {
      const begun = beginMention(text, field.current?.selectionStart ?? text.length)
      onText(begun.text)
      setClosedAt(null)
      setAt(0)
      setCaret(begun.caret)
      placeCaret(begun.caret)
    },
    optionId: (index: number) => `${listId}-${index}`,
    /** True where the key was for the list. */
    takesKey(event: KeyboardEvent): boolean {
      if (!isOpen || isComposingKey(event.nativeEvent)) return false
      switch (event.key) {
        case 'ArrowDown':
          setAt((active + 1) % files.length)
          break
        case 'ArrowUp':
          setAt((active - 1 + files.length) % files.length)
          break
        case 'Enter':
        case 'Tab':
          if (event.shiftKey) return false
          pick(files[active])
          break
        case 'Escape':
          setClosedAt(mention?.from ?? null)
          break
        default:
          return false
      }
      event.preventDefault()
      event.stopPropagation()
      return true
    },
    fieldProps: {
      // A field of several lines may not be a combobox; these are a textbox's own.
      'aria-autocomplete': 'list',
      'aria-haspopup': 'listbox',
      'aria-controls': isOpen ? listId : undefined,
      'aria-activedescendant': isOpen ? `${listId}-${active}` : undefined,
      onSelect: look,
    } as const,
  }
}
