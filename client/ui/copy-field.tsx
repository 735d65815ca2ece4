import { Check, Copy } from 'lucide-react'
import { useId, useRef, useState } from 'react'
import { common } from '../platform/common.ts'
import { useMessages } from '../platform/i18n.ts'
import { keyLabel } from '../platform/keys.ts'
import { announce } from './announcer.ts'
import { Button } from './button.tsx'
import { cx } from './class-names.ts'
import { inputClass } from './text-field.tsx'

type State = 'idle' | 'copied' | 'failed'

/** A text to take along. Where the clipboard is absent or denied it selects the text and names the key (behaviour 12). */
export function CopyField({ label, value }: { label: string; value: string }) {
  const t = useMessages(common)
  const id = useId()
  const field = useRef<HTMLInputElement>(null)
  const [state, setState] = useState<State>('idle')

  const copy = async () => {
    field.current?.select()
    // Plain HTTP on a local network has no navigator.clipboard at all, whatever its type says.
    const clipboard = navigator.clipboard as Clipboard | undefined
    try {
      if (clipboard === undefined) throw new Error('no clipboard')
      await clipboard.writeText(value)
      setState('copied')
      announce(t('action.copied'))
    } catch {
      setState('failed')
      field.current?.focus()
      field.current?.select()
    }
  }

  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="font-semibold">
        {label}
      </label>
      <div className="flex gap-2">
        <input
          ref={field}
          id={id}
          readOnly
          value={value}
          onFocus={(event) => event.currentTarget.select()}
          aria-describedby={state === 'failed' ? `${id}-note` : undefined}
          className={cx(inputClass, 'font-mono text-12')}
        />
        <Button size="large" icon={state === 'copied' ? Check : Copy} onClick={() => void copy()}>
          {state === 'copied' ? t('action.copied') : t('action.copy')}
        </Button>
      </div>
      {state === 'failed' && (
        <p id={`${id}-note`} role="alert" className="text-12 text-warning">
          {t('copy.failed', { key: keyLabel('Mod+C') })}
        </p>
      )}
    </div>
  )
}
