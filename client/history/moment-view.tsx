import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'
import type { HistoryMoment } from '#shared/api/history.ts'
import { DiffView } from '../diff/diff-view.tsx'
import type { DiffAuthor } from '../diff/types.ts'
import { hasCode } from '../platform/api-error.ts'
import { common } from '../platform/common.ts'
import { useMessages } from '../platform/i18n.ts'
import { Button } from '../ui/button.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { Notice } from '../ui/notice.tsx'
import { Segments } from '../ui/segments.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { momentName } from './days.ts'
import { nameOf } from './entry-row.tsx'
import { historyOf, momentOf } from './history-api.ts'
import { messages } from './locale.ts'
import { RestoreDialog } from './restore-dialog.tsx'

/** The file as it is now, as the editor has it. */
export interface NowText {
  readonly isReadOnly: () => boolean
  readonly read: () => string
  readonly subscribe: (listener: () => void) => () => void
  readonly replace: (text: string) => void
}

export interface MomentProps {
  readonly workspaceId: string
  readonly documentId: string
  readonly path: string
  readonly seq: number
  readonly mayWrite: boolean
  readonly nowText: () => NowText | null
  readonly onClose: () => void
}

type Against = 'before' | 'now'
const NOW_MS = 300

/** How the file was at a moment, over its editor: what that session changed, or what has changed since. */
export function MomentView(props: MomentProps) {
  const { workspaceId, documentId, path, seq, mayWrite, nowText, onClose } = props
  const t = useMessages(messages)
  const [against, setAgainst] = useState<Against>('before')
  const [isAsking, setAsking] = useState(false)
  const moment = useQuery(momentOf(workspaceId, documentId, seq))
  const { entry, authors } = useEntry(workspaceId, documentId, seq)
  const before = useQuery(momentOf(workspaceId, documentId, Math.max(0, (entry?.fromSeq ?? seq) - 1)))
  const now = useNow(nowText)
  const name = path.slice(path.lastIndexOf('/') + 1)
  const time = moment.data?.at == null ? '' : momentName(moment.data.at)
  const who = authors.map((one) => one.name).join(', ')
  const other = against === 'before' ? before.data?.text : now
  const authorOf = useMemo(() => {
    // What a session changed is known to be its author's only where it had one.
    const [only] = authors
    return against === 'before' && only !== undefined && authors.length === 1 ? () => only : undefined
  }, [against, authors])

  const failed = moment.error ?? (against === 'before' ? before.error : null)
  const then = { label: time, ...(who !== '' && { detail: who }), text: moment.data?.text ?? '' }
  return (
    <section
      aria-label={t('moment', { name })}
      className="flex size-full min-h-0 flex-col"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || isAsking) return
        event.stopPropagation()
        onClose()
      }}
    >
      <div className="flex flex-wrap items-center gap-2 border-b border-line bg-raised px-3 py-1">
        <Segments
          label={t('compare')}
          value={against}
          options={[
            { value: 'before', label: t('withBefore') },
            { value: 'now', label: t('withNow') },
          ]}
          onChange={setAgainst}
        />
        <span className="ml-auto flex items-center gap-1">
          {mayWrite ? (
            <Button kind="primary" disabled={moment.data === undefined} onClick={() => setAsking(true)}>
              {t('restore')}
            </Button>
          ) : (
            <span className="text-12 text-muted">{t('readOnly')}</span>
          )}
          <IconButton icon={X} label={t('close')} shortcut="Esc" onClick={onClose} />
        </span>
      </div>
      <div className="min-h-0 flex-1">
        {failed !== null ? (
          <div className="grid justify-items-start gap-3 p-6">
            <Notice tone="error">{t(hasCode(failed, 'not_found') ? 'momentMissing' : 'momentFailed')}</Notice>
            <span className="flex gap-2">
              <Button onClick={() => void Promise.all([moment.refetch(), before.refetch()])}>
                {common.t('action.retry')}
              </Button>
              <Button onClick={onClose}>{t('close')}</Button>
            </span>
          </div>
        ) : moment.data === undefined || other === undefined ? (
          <div className="p-6">
            <Skeleton rows={6} />
          </div>
        ) : (
          <DiffView
            key={`${seq} ${against}`}
            path={path}
            autoFocus
            original={against === 'before' ? { label: t('before'), text: other } : then}
            modified={against === 'before' ? then : { label: t('now'), text: other }}
            {...(authorOf !== undefined && { authorOf })}
          />
        )}
      </div>
      {isAsking && moment.data !== undefined && (
        <RestoreDialog
          name={name}
          moment={moment.data as HistoryMoment}
          nowText={nowText}
          onCancel={() => setAsking(false)}
          onDone={onClose}
        />
      )}
    </section>
  )
}

/** The session that ended at this moment, where the list has it, and who worked in it. */
function useEntry(workspaceId: string, documentId: string, seq: number) {
  const { data } = useInfiniteQuery(historyOf(workspaceId, documentId))
  return useMemo(() => {
    const page = data?.pages.find((one) => one.entries.some(({ toSeq }) => toSeq === seq))
    const entry = page?.entries.find(({ toSeq }) => toSeq === seq)
    const authors = (entry?.authorIds ?? []).flatMap((id): DiffAuthor[] => {
      const author = page?.authors.find((one) => one.id === id)
      return author === undefined
        ? []
        : [{ name: nameOf(author), color: author.color, isMachine: author.kind === 'disk' || author.kind === 'ai' }]
    })
    return { entry, authors }
  }, [data, seq])
}

/** The text as it is now, a moment after it changed; undefined until the file is open. */
function useNow(nowText: () => NowText | null): string | undefined {
  const [text, setText] = useState<string>()
  useEffect(() => {
    let stop = (): void => undefined
    let timer: ReturnType<typeof setTimeout> | null = null
    const look = (): void => {
      timer = null
      const now = nowText()
      if (now === null) timer = setTimeout(look, NOW_MS)
      else {
        setText(now.read())
        stop()
        stop = now.subscribe(() => (timer ??= setTimeout(look, NOW_MS)))
      }
    }
    look()
    return () => {
      stop()
      if (timer !== null) clearTimeout(timer)
    }
  }, [nowText])
  return text
}
