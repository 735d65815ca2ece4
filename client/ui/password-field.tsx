import { type ComponentProps, useState } from 'react'
import { common } from '../platform/common.ts'
import { useMessages } from '../platform/i18n.ts'
import { TextField } from './text-field.tsx'

/** A password that its owner may look at while typing. */
export function PasswordField(props: Omit<ComponentProps<typeof TextField>, 'type' | 'trailing'>) {
  const t = useMessages(common)
  const [isShown, setShown] = useState(false)
  return (
    <TextField
      {...props}
      type={isShown ? 'text' : 'password'}
      spellCheck={false}
      autoCapitalize="none"
      trailing={
        <button
          type="button"
          className="h-7 rounded-sm px-2 text-12 text-muted hover:bg-hover hover:text-ink"
          onClick={() => setShown(!isShown)}
        >
          {isShown ? t('action.hide') : t('action.show')}
          <span className="sr-only"> {props.label}</span>
        </button>
      }
    />
  )
}
