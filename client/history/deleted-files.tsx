import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { DeletedFile } from '#shared/api/files.ts'
import { useMessages } from '../platform/i18n.ts'
import { getSocket } from '../platform/socket.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import { InsteadOfList } from '../ui/instead-of-list.tsx'
import { momentName } from './days.ts'
import { DeletedText } from './deleted-text.tsx'
import { deletedFiles } from './history-api.ts'
import { messages } from './locale.ts'
import { useRestoreDeleted } from './use-restore-deleted.ts'
import { whenAndWho } from './when-and-who.ts'

interface Props {
  readonly workspaceId: string
  readonly onOpenFile: (path: string) => void
}

/** Files come and go in bursts: the list is read again this long after the first. */
const REFRESH_MS = 1_000

/** Files that are gone and can be made again. */
export function DeletedFiles({ workspaceId, onOpenFile }: Props) {
  const t = useMessages(messages)
  const { data, error, refetch } = useQuery(deletedFiles(workspaceId))
  useRefresh(workspaceId)
  const [shown, setShown] = useState<DeletedFile | null>(null)
  const restoring = useRestoreDeleted(workspaceId, onOpenFile)
  const restore = (file: DeletedFile): void =>
    void restoring.restore(file).then((isBack) => {
      if (isBack) setShown(null)
    })
  return (
    <div className="min-h-0 flex-1 overflow-y-auto pb-3">
      {data === undefined || data.length === 0 ? (
        <InsteadOfList
          error={error}
          isEmpty={data !== undefined}
          retry={refetch}
          failed={t('deleted.failed')}
          empty={t('deleted.none')}
        />
      ) : (
        <>
          <p className="px-3 pb-2 text-12 text-muted">{t('deleted.hint')}</p>
          <ul>
            {data.map((file) => (
              <Row
                key={file.documentId}
                file={file}
                isBusy={restoring.busyId === file.documentId}
                onLook={() => setShown(file)}
                onRestore={() => restore(file)}
              />
            ))}
          </ul>
        </>
      )}
      {shown !== null && (
        <DeletedText
          workspaceId={workspaceId}
          file={shown}
          isBusy={restoring.busyId !== null}
          onRestore={() => restore(shown)}
          onClose={() => setShown(null)}
        />
      )}
    </div>
  )
}

interface RowProps {
  readonly file: DeletedFile
  readonly isBusy: boolean
  readonly onLook: () => void
  readonly onRestore: () => void
}

function Row({ file, isBusy, onLook, onRestore }: RowProps) {
  const t = useMessages(messages)
  const { path, deletedAt, deletedBy } = file
  const at = path.lastIndexOf('/') + 1
  const name = path.slice(at)
  return (
    <li data-deleted={path} className="grid gap-1 border-t border-line px-3 py-2 first:border-0">
      <span className="flex min-w-0 items-baseline gap-2" title={path}>
        <span className="truncate font-semibold">{name}</span>
        <span className="truncate text-12 text-muted">{path.slice(0, Math.max(0, at - 1))}</span>
      </span>
      <span
        className="flex items-center gap-1 text-12 text-muted"
        title={deletedAt === null ? undefined : momentName(deletedAt)}
      >
        {deletedBy !== null && <Avatar name={deletedBy.name} color={deletedBy.color} size="small" isDecorative />}
        {whenAndWho(file)}
      </span>
      <span className="flex gap-2">
        <Button aria-label={t('deleted.lookAt', { name })} onClick={onLook}>
          {t('deleted.look')}
        </Button>
        <Button aria-label={t('deleted.restoreOne', { name })} isBusy={isBusy} onClick={onRestore}>
          {t('restore')}
        </Button>
      </span>
    </li>
  )
}

function useRefresh(workspaceId: string): void {
  const client = useQueryClient()
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null
    const onTree = (event: { readonly workspaceId: string }): void => {
      if (event.workspaceId !== workspaceId) return
      timer ??= setTimeout(() => {
        timer = null
        void client.invalidateQueries({ queryKey: deletedFiles(workspaceId).queryKey })
      }, REFRESH_MS)
    }
    const socket = getSocket()
    socket.on('tree.delta', onTree)
    socket.on('tree.reset', onTree)
    return () => {
      socket.off('tree.delta', onTree)
      socket.off('tree.reset', onTree)
      if (timer !== null) clearTimeout(timer)
    }
  }, [client, workspaceId])
}
