import { type ComponentProps, type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { isComposingKey } from '../platform/keys.ts'

interface Props extends Omit<ComponentProps<'form'>, 'onSubmit'> {
  /** Runs at most once at a time: a second submit while it runs is ignored. */
  onSubmit: () => unknown
}

/**
 * A form that Enter submits exactly once, also while a Hangul syllable is being composed (behaviour 9). Where a field
 * turns out to be wrong, the focus goes to the first such, whose sentence a screen reader then reads.
 */
export function Form({ onSubmit, onKeyDown, ...rest }: Props) {
  const isRunning = useRef(false)
  const form = useRef<HTMLFormElement>(null)
  const [tries, setTries] = useState(0)
  useEffect(() => {
    const isStillHere = document.activeElement === document.body || form.current?.contains(document.activeElement)
    if (tries > 0 && isStillHere) form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
  }, [tries])
  const guard = (event: KeyboardEvent<HTMLFormElement>) => {
    // The key belongs to the input method. It comes again, as itself, once the syllable stands.
    if (event.key === 'Enter' && isComposingKey(event.nativeEvent)) event.preventDefault()
    onKeyDown?.(event)
  }
  const submit = async () => {
    if (isRunning.current) return
    isRunning.current = true
    try {
      await onSubmit()
    } finally {
      isRunning.current = false
      setTries((before) => before + 1)
    }
  }
  return (
    <form
      ref={form}
      noValidate
      {...rest}
      onKeyDown={guard}
      onSubmit={(event) => {
        event.preventDefault()
        // A dialog's form is a child of the page's form in React's eyes.
        event.stopPropagation()
        void submit()
      }}
    />
  )
}
