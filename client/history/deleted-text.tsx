import { useQuery } from '@tanstack/react-query'
import type { DeletedFile } from '#shared/api/files.ts'
import { common } from '../platform/common.ts'
import { useMessages } from '../platform/i18n.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogActions } from '../ui/dialog.tsx'
import { Notice } from '../ui/notice.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { momentOf } from './history-api.ts'
import { messages } from './locale.ts'
import { whenAndWho } from './when-and-who.ts'

/** Enough to know a file by; a browser lays out more of it slowly. */
const MAX_SHOWN = 200_000

interface Props {
  readonly workspaceId: string
  readonly file: DeletedFile
  readonly isBusy: boolean
  readonly onRestore: () => void
  readonly onClose: () => void
}

/** The last text of a file that is gone. */
export function DeletedText({ workspaceId, file, isBusy, onRestore, onClose }: Props) {
  const t = useMessages(messages)
  const { data, error, refetch } = useQuery(momentOf(workspaceId, file.documentId, file.seq))
  return (
    <Dialog
      title={file.path}
      description={whenAndWho(file)}
      width={760}
      isOpen
      onOpenChange={(isOpen) => {
        if (!isOpen) onClose()
      }}
    >
      {error !== null ? (
        <div className="grid justify-items-start gap-3">
          <Notice tone="error">{t('deleted.textFailed')}</Notice>
          <Button onClick={() => void refetch()}>{common.t('action.retry')}</Button>
        </div>
      ) : data === undefined ? (
        <Skeleton rows={6} />
      ) : data.text === '' ? (
        <p className="text-muted">{t('deleted.blank')}</p>
      ) : (
        <>
          <textarea
            readOnly
            wrap="off"
            rows={16}
            aria-label={t('deleted.text', { name: file.path })}
            className="max-h-[50dvh] w-full resize-none rounded-sm border border-line bg-surface p-3 font-mono text-12"
            value={data.text.slice(0, MAX_SHOWN)}
          />
          {data.text.length > MAX_SHOWN && <p className="mt-2 text-12 text-muted">{t('deleted.cut')}</p>}
        </>
      )}
      <DialogActions>
        <Button onClick={onClose}>{common.t('action.close')}</Button>
        <Button kind="primary" isBusy={isBusy} onClick={onRestore}>
          {t('restore')}
        </Button>
      </DialogActions>
    </Dialog>
  )
}
