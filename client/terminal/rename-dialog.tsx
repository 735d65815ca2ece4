import { useState } from 'react'
import { TERMINAL_NAME_CHARS, type TerminalInfo } from '#shared/protocol/terminal.ts'
import { describeError } from '../platform/api-error.ts'
import { useMessages } from '../platform/i18n.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogActions } from '../ui/dialog.tsx'
import { TextField } from '../ui/text-field.tsx'
import { messages } from './locale.ts'
import type { Terminals } from './terminals.ts'

interface Props {
  terminals: Terminals
  /** null: not asked */
  terminal: TerminalInfo | null
  onDone: () => void
}

/** Gives a terminal the name that everyone sees. */
export function RenameDialog({ terminals, terminal, onDone }: Props) {
  const t = useMessages(messages)
  return (
    <Dialog
      title={t('renameTitle')}
      isOpen={terminal !== null}
      onOpenChange={(isOpen) => {
        if (!isOpen) onDone()
      }}
    >
      {terminal !== null && <NameForm terminals={terminals} terminal={terminal} onDone={onDone} />}
    </Dialog>
  )
}

function NameForm({ terminals, terminal, onDone }: Props & { terminal: TerminalInfo }) {
  const t = useMessages(messages)
  const [name, setName] = useState(terminal.name)
  const [error, setError] = useState<string | null>(null)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (name.trim() === '') return
        terminals.rename(terminal.id, name.trim()).then(onDone, (cause: unknown) => setError(describeError(cause)))
      }}
    >
      <TextField
        label={t('name')}
        value={name}
        error={error}
        maxLength={TERMINAL_NAME_CHARS}
        onFocus={(event) => event.target.select()}
        onChange={(event) => setName(event.target.value)}
      />
      <DialogActions>
        <Button onClick={onDone}>{t('cancel')}</Button>
        <Button kind="primary" type="submit">
          {t('save')}
        </Button>
      </DialogActions>
    </form>
  )
}
