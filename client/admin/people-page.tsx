import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { UserPlus } from 'lucide-react'
import { useState } from 'react'
import type { PersonRow } from '#shared/api/admin.ts'
import { api } from '../platform/api.ts'
import { describeError } from '../platform/api-error.ts'
import { useMessages } from '../platform/i18n.ts'
import { queryClient } from '../platform/query-client.ts'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { useAction } from '../ui/use-action.ts'
import { messages } from './locale.ts'
import { OneTimeLinkDialog } from './one-time-link-dialog.tsx'
import { PeopleTable } from './people-table.tsx'
import { MakeAdminDialog, PersonSessionsDialog, SuspendDialog } from './person-dialogs.tsx'
import { Pages, SearchField } from './table-tools.tsx'
import { useTableSearch } from './use-table-search.ts'

const PEOPLE_KEY = ['admin', 'people'] as const

export type PersonAction = 'make-admin' | 'make-user' | 'suspend' | 'unsuspend' | 'sessions' | 'reset-link'
type Open = { readonly type: 'invite' } | { readonly type: PersonAction; readonly person: PersonRow }

export function PeoplePage() {
  const t = useMessages(messages)
  const table = useTableSearch()
  const { search, cursor } = table
  const query = useQuery({
    queryKey: [...PEOPLE_KEY, search, cursor],
    queryFn: () => api.admin.people.query({ search, ...(cursor !== undefined && { cursor }) }),
    placeholderData: keepPreviousData,
    throwOnError: true,
  })
  const action = useAction()
  const [open, setOpen] = useState<Open | null>(null)

  const change = async (work: () => Promise<unknown>, done: string) => {
    await action.run(work, done)
    setOpen(null)
    await queryClient.invalidateQueries({ queryKey: PEOPLE_KEY })
  }
  const setRole = (person: PersonRow, role: 'admin' | 'user') =>
    void change(
      () => api.admin.setPlatformRole.mutate({ userId: person.id, role }),
      t(role === 'admin' ? 'people.madeAdmin' : 'people.madeUser', { name: person.name }),
    )
  const setSuspended = (person: PersonRow, isSuspended: boolean) =>
    void change(
      () => api.admin.setSuspended.mutate({ userId: person.id, isSuspended }),
      t(isSuspended ? 'people.wasSuspended' : 'people.unsuspended', { name: person.name }),
    )
  const act = (type: PersonAction, person: PersonRow) => {
    // What takes something away, or cannot be looked at again, asks first; what gives back does not.
    if (type === 'make-user') setRole(person, 'user')
    else if (type === 'unsuspend') setSuspended(person, false)
    else setOpen({ type, person })
  }
  const dialog = { isBusy: action.isBusy, onClose: () => setOpen(null) }

  return (
    <>
      <title>{`${t('people.title')} · ${t('nav.label')} · Pairloom`}</title>
      <div className="flex items-center gap-4">
        <h1 className="flex-1 text-20">{t('people.title')}</h1>
        <Button kind="primary" icon={UserPlus} onClick={() => setOpen({ type: 'invite' })}>
          {t('people.invite')}
        </Button>
      </div>
      <SearchField label={t('table.search')} table={table} />
      {query.isPending && <Skeleton rows={6} />}
      {query.isError && <Notice tone="error">{describeError(query.error)}</Notice>}
      {query.data?.rows.length === 0 && <p className="text-muted">{t('table.none', { search })}</p>}
      {query.data !== undefined && query.data.rows.length > 0 && (
        <>
          <PeopleTable rows={query.data.rows} onAct={act} />
          <Pages
            table={table}
            shown={query.data.rows.length}
            total={query.data.total}
            nextCursor={query.data.nextCursor}
          />
        </>
      )}
      {open?.type === 'invite' && <OneTimeLinkDialog onClose={dialog.onClose} />}
      {open?.type === 'reset-link' && <OneTimeLinkDialog person={open.person} onClose={dialog.onClose} />}
      {open?.type === 'sessions' && <PersonSessionsDialog person={open.person} onClose={dialog.onClose} />}
      {open?.type === 'make-admin' && (
        <MakeAdminDialog {...dialog} person={open.person} onConfirm={() => setRole(open.person, 'admin')} />
      )}
      {open?.type === 'suspend' && (
        <SuspendDialog {...dialog} person={open.person} onConfirm={() => setSuspended(open.person, true)} />
      )}
    </>
  )
}
