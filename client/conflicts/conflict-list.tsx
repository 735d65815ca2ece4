import { useQuery } from '@tanstack/react-query'
import type { ConflictInfo } from '#shared/api/conflicts.ts'
import { useMessages } from '../platform/i18n.ts'
import { InsteadOfList } from '../ui/instead-of-list.tsx'
import { byFile } from './by-file.ts'
import { fileOf } from './compare.ts'
import { excerptOf } from './excerpt.ts'
import { messages } from './locale.ts'
import { conflictList } from './queries.ts'

interface Props {
  readonly workspaceId: string
  readonly onGo: (path: string, line: number) => void
}

/** Every place of the workspace where people are to choose between what they and the disk wrote. */
export function ConflictList({ workspaceId, onGo }: Props) {
  const t = useMessages(messages)
  const { data, error, refetch } = useQuery(conflictList(workspaceId))
  return (
    <section aria-label={t('list.title')} className="flex h-full min-h-0 flex-col">
      <h2 className="shrink-0 px-3 py-2 text-12 font-semibold text-muted">{t('list.title')}</h2>
      {data === undefined || data.length === 0 ? (
        <InsteadOfList
          error={error}
          isEmpty={data !== undefined}
          retry={refetch}
          failed={t('list.failed')}
          empty={t('list.none')}
        />
      ) : (
        <div className="min-h-0 flex-1 overflow-y-auto pb-3">
          <p className="px-3 pb-2 text-12 text-muted">{t('list.hint', { count: data.length })}</p>
          {byFile(data).map(({ path, conflicts }) => (
            <div key={path} data-file={path}>
              <h3 className="flex min-w-0 items-baseline gap-2 px-3 pt-2 pb-1" title={path}>
                <span className="min-w-0 flex-1">
                  <span className="line-clamp-2 font-semibold break-words">{fileOf(path)}</span>
                  <Folder path={path.slice(0, -fileOf(path).length - 1)} />
                </span>
                <span className="shrink-0 text-12 font-normal text-muted">
                  {t('list.places', { count: conflicts.length })}
                </span>
              </h3>
              <ul>
                {conflicts.map((one) => (
                  <Place key={one.id} conflict={one} onGo={() => onGo(path, one.line)} />
                ))}
              </ul>
            </div>
          ))}
        </div>
      )}
    </section>
  )
}

/** Where there is no room its beginning is left out: folders close to the file say more of it. */
function Folder({ path }: { path: string }) {
  if (path === '') return null
  return (
    <span dir="rtl" className="block truncate text-left text-12 font-normal text-muted">
      <bdi dir="ltr">{path}</bdi>
    </span>
  )
}

function Place({ conflict, onGo }: { conflict: ConflictInfo; onGo: () => void }) {
  const t = useMessages(messages)
  const { line } = conflict
  return (
    <li>
      <button
        type="button"
        onClick={onGo}
        className="grid w-full grid-cols-[auto_1fr] content-center items-baseline gap-2 py-1 pr-3 pl-5 text-left hover:bg-hover focus-visible:-outline-offset-2 pointer-coarse:min-h-11"
      >
        <span className="shrink-0 text-12 text-muted">{t('list.line', { line })}</span>
        <span className="line-clamp-2 font-mono text-12 break-all">{excerptOf(conflict)}</span>
      </button>
    </li>
  )
}
