import { useState } from 'react'
import { useStore } from 'zustand'
import { useMessages } from '../platform/i18n.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogActions } from '../ui/dialog.tsx'
import { Progress } from '../ui/progress.tsx'
import { messages } from './locale.ts'
import { nameOf } from './tree.ts'
import { uploadStore } from './upload-state.ts'
import { cancelUploads } from './uploads.ts'

interface Props {
  /** the workspace of this page, null where it has none */
  readonly here: string | null
}

/** How far uploads have come, with Cancel; and the question about a name that is taken. */
export function UploadPanel({ here }: Props) {
  const t = useMessages(messages)
  const { total, totalBytes, finished, finishedBytes, place, current, question } = useStore(uploadStore)
  /** a path alone says little elsewhere */
  const say = (path: string): string =>
    place === null || place.workspaceName === '' || here === place.workspaceId
      ? path
      : t('upload.elsewhere', { path, workspace: place.workspaceName })
  const [isForAll, setForAll] = useState(false)
  const answer = (choice: 'replace' | 'keep-both' | 'skip') => () => question?.answer(choice, isForAll)
  return (
    <>
      {total > 0 && (
        <section
          aria-label={t('upload.title')}
          className="grid shrink-0 gap-2 border-t border-line bg-side p-3 text-12"
        >
          <p className="flex items-center justify-between gap-2">
            <span role="status">{t('upload.count', { count: total, at: Math.min(total, finished + 1) })}</span>
            <Button onClick={cancelUploads}>{t('upload.cancel')}</Button>
          </p>
          <p className="truncate text-muted">{current === null ? '\u00a0' : say(current.path)}</p>
          <Progress
            label={t('upload.title')}
            value={totalBytes === 0 ? finished / total : (finishedBytes + (current?.sentBytes ?? 0)) / totalBytes}
          />
        </section>
      )}
      {question !== null && (
        <Dialog
          isOpen
          title={t('upload.existsTitle', { name: nameOf(question.path) })}
          description={t(question.by === 'file' ? 'upload.existsBody' : 'upload.folderBody')}
          onOpenChange={(isOpen) => !isOpen && question.answer('skip', false)}
        >
          <p className="mb-3 break-all text-muted">{say(question.path)}</p>
          {question.hasMore && (
            <label className="flex items-center gap-2">
              <input type="checkbox" checked={isForAll} onChange={(event) => setForAll(event.target.checked)} />
              {t('upload.forAll')}
            </label>
          )}
          <DialogActions>
            <Button onClick={answer('skip')}>{t('upload.skip')}</Button>
            <Button {...(question.by === 'folder' && { kind: 'primary' as const })} onClick={answer('keep-both')}>
              {t('upload.keepBoth')}
            </Button>
            {question.by === 'file' && (
              <Button kind="primary" onClick={answer('replace')}>
                {t('upload.replace')}
              </Button>
            )}
          </DialogActions>
        </Dialog>
      )}
    </>
  )
}
