import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useDeferredValue, useId, useState } from 'react'
import { api } from '../../platform/api.ts'
import { useMessages } from '../../platform/i18n.ts'
import { TextField } from '../../ui/text-field.tsx'
import { messages } from '../locale.ts'

const SHOWN = 6

interface Props {
  scope: 'workspace' | 'user'
  chosenId: string
  error: string | null
  onChoose: (id: string, name: string) => void
}

interface Found {
  readonly id: string
  readonly name: string
  readonly note: string
}

async function find(scope: Props['scope'], search: string): Promise<readonly Found[]> {
  if (scope === 'user') {
    const { rows } = await api.admin.people.query({ search, limit: SHOWN })
    return rows.map(({ id, name, email }) => ({ id, name, note: email }))
  }
  const { rows } = await api.admin.workspaces.query({ search, limit: SHOWN })
  return rows.map(({ id, name, owner }) => ({ id, name, note: owner }))
}

/** Finds a person or a workspace by name. */
export function ScopePicker({ scope, chosenId, error, onChoose }: Props) {
  const t = useMessages(messages)
  const group = useId()
  const [typed, setTyped] = useState('')
  const search = useDeferredValue(typed.trim())
  const query = useQuery({
    queryKey: ['ai', 'scopes', scope, search],
    queryFn: () => find(scope, search),
    placeholderData: keepPreviousData,
  })
  return (
    <div className="grid gap-2">
      <TextField
        label={scope === 'user' ? t('budgets.findUser') : t('budgets.findWorkspace')}
        type="search"
        value={typed}
        error={error}
        onChange={(event) => setTyped(event.target.value)}
      />
      {query.data?.length === 0 && <p className="text-muted">{t('budgets.foundNone')}</p>}
      <fieldset className="grid">
        <legend className="sr-only">{t('budgets.found')}</legend>
        {(query.data ?? []).map(({ id, name, note }) => (
          <label
            key={id}
            className="flex min-h-9 items-center gap-2.5 border-b border-line last:border-b-0 hover:bg-hover pointer-coarse:min-h-11"
          >
            <input
              type="radio"
              name={group}
              className="size-4 shrink-0 accent-(--accent)"
              checked={id === chosenId}
              onChange={() => onChoose(id, name)}
            />
            <span className="min-w-0 truncate">{name}</span>
            <span className="min-w-0 truncate text-12 text-muted">{note}</span>
          </label>
        ))}
      </fieldset>
    </div>
  )
}
