import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { api } from '../platform/api.ts'
import { describeError } from '../platform/api-error.ts'
import { useMessages } from '../platform/i18n.ts'
import { formatNumber } from '../platform/time.ts'
import { Notice } from '../ui/notice.tsx'
import { Pill } from '../ui/pill.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { Table } from '../ui/table.tsx'
import { messages } from './locale.ts'
import { When } from './people-table.tsx'
import { Pages, SearchField } from './table-tools.tsx'
import { useTableSearch } from './use-table-search.ts'

const REFRESH_MS = 15_000

/** That workspaces exist and how they are used; never what is in them. */
export function WorkspacesPage() {
  const t = useMessages(messages)
  const table = useTableSearch()
  const { search, cursor } = table
  const query = useQuery({
    queryKey: ['admin', 'workspaces', search, cursor],
    queryFn: () => api.admin.workspaces.query({ search, ...(cursor !== undefined && { cursor }) }),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
    throwOnError: true,
  })
  return (
    <>
      <title>{`${t('workspaces.title')} · ${t('nav.label')} · Pairloom`}</title>
      <h1 className="text-20">{t('workspaces.title')}</h1>
      <SearchField label={t('table.searchWorkspaces')} table={table} />
      {query.isPending && <Skeleton rows={6} />}
      {query.isError && <Notice tone="error">{describeError(query.error)}</Notice>}
      {query.data?.rows.length === 0 && (
        <p className="text-muted">{search === '' ? t('table.noWorkspaces') : t('table.noneWorkspaces', { search })}</p>
      )}
      {query.data !== undefined && query.data.rows.length > 0 && (
        <>
          <Table
            caption={t('workspaces.caption')}
            rows={query.data.rows}
            rowKey={(w) => w.id}
            columns={[
              {
                key: 'name',
                title: t('workspaces.name'),
                render: (w) => (
                  <span className="inline-flex flex-wrap items-center gap-x-2">
                    <b>{w.name}</b>
                    {w.isDeleted && <Pill tone="bad">{t('workspaces.deleted')}</Pill>}
                  </span>
                ),
              },
              { key: 'owner', title: t('workspaces.owner'), render: (w) => w.owner },
              {
                key: 'members',
                title: t('workspaces.members'),
                isNumber: true,
                isOptional: true,
                render: (w) => formatNumber(w.memberCount),
              },
              {
                key: 'inside',
                title: t('workspaces.inside'),
                isNumber: true,
                render: (w) => formatNumber(w.peopleInside),
              },
              {
                key: 'documents',
                title: t('workspaces.documents'),
                isNumber: true,
                isOptional: true,
                render: (w) => formatNumber(w.documentCount),
              },
              {
                key: 'edited',
                title: t('workspaces.edited'),
                isOptional: true,
                render: (w) => <When iso={w.lastEditAt} />,
              },
              {
                key: 'created',
                title: t('workspaces.created'),
                isOptional: true,
                render: (w) => <When iso={w.createdAt} />,
              },
            ]}
          />
          <Pages
            table={table}
            shown={query.data.rows.length}
            total={query.data.total}
            nextCursor={query.data.nextCursor}
          />
        </>
      )}
    </>
  )
}
