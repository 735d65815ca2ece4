import { type ComponentProps, type KeyboardEvent, useRef } from 'react'
import { isComposingKey } from '../platform/keys.ts'

interface Props extends Omit<ComponentProps<'form'>, 'onSubmit'> {
  /** Runs at most once at a time: a second submit while it runs is ignored. */
  onSubmit: () => unknown
}

/** A form that Enter submits exactly once, also while a Hangul syllable is being composed (behaviour 9). */
export function Form({ onSubmit, onKeyDown, ...rest }: Props) {
  const isRunning = useRef(false)
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
    }
  }
  return (
    <form
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
