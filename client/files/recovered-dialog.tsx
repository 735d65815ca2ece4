import { useSyncExternalStore } from 'react'
import { diffLines } from '#shared/text-diff.ts'
import { mergeThreeWay } from '#shared/text-merge.ts'
import { useMessages } from '../platform/i18n.ts'
import { formatDateTime } from '../platform/time.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { showToast } from '../ui/toast.ts'
import type { RecoveredCopy } from '../sync/recovered-copies.ts'
import { writeText } from '../sync/text-edit.ts'
import { download } from './file-actions.ts'
import { messages } from './locale.ts'
import { nameOf } from './tree.ts'
import { useBench, useWorkbench, type Workbench } from './workbench.ts'

/** The copies of this person in this browser, as they come and go. */
export function useRecoveredCopies(): readonly RecoveredCopy[] {
  const { copies } = useWorkbench().sync
  return useSyncExternalStore(copies.subscribe, copies.list)
}

const openText = (bench: Workbench, copy: RecoveredCopy) => {
  const file = Object.values(bench.store.getState().files).find(
    (f) => f.status === 'open' && f.session.documentId === copy.documentId,
  )
  return file?.status === 'open' ? file.session : null
}

/** Edits the server did not take: compare, download, apply again, discard (A7). */
export function RecoveredDialog() {
  const t = useMessages(messages)
  const bench = useWorkbench()
  const copies = useRecoveredCopies()
  return (
    <Dialog
      isOpen
      width={720}
      title={t('recovered.title')}
      description={t('recovered.lead')}
      onOpenChange={() => bench.store.setState({ overlay: null })}
    >
      {copies.length === 0 ? (
        <EmptyState>{t('recovered.none')}</EmptyState>
      ) : (
        <ul className="grid gap-6">
          {copies.map((copy) => (
            <CopyView key={copy.id} copy={copy} />
          ))}
        </ul>
      )}
    </Dialog>
  )
}

function CopyView({ copy }: { copy: RecoveredCopy }) {
  const t = useMessages(messages)
  const bench = useWorkbench()
  useBench((s) => s.pulse)
  useBench((s) => s.files)
  const hasEnded = useBench((s) => s.end !== null)
  const session = openText(bench, copy)
  const now = session?.replica().text.toString() ?? null
  const against = now ?? copy.base ?? ''
  const changes = diffLines(against.split('\n'), copy.mine.split('\n'))
  const before = against.split('\n')
  const name = nameOf(copy.path)

  const save = (): void => {
    const url = URL.createObjectURL(new Blob([copy.mine], { type: 'text/plain' }))
    download(url, name)
    setTimeout(() => URL.revokeObjectURL(url), 10_000)
  }
  const apply = (): void => {
    if (session === null) return
    // What is drawn may be older than what a colleague wrote since.
    const theirs = session.replica().text.toString()
    const merge = mergeThreeWay(copy.base ?? theirs, copy.mine, theirs)
    writeText(session.replica().text, merge.text, 'recovered')
    showToast({ text: merge.hasConflict ? t('recovered.conflictStays') : t('recovered.applied', { name }) })
    if (!merge.hasConflict) void bench.sync.copies.drop(copy.id)
  }
  return (
    <li className="grid gap-2">
      <h3 className="flex flex-wrap items-baseline gap-x-3">
        {copy.path}
        <span className="text-12 font-normal text-muted">
          {formatDateTime(new Date(copy.at).toISOString())} · {t(`recovered.${copy.reason}`)}
        </span>
      </h3>
      <p className="text-12 text-muted">{now === null ? t('recovered.openFirst') : t('recovered.diff')}</p>
      {changes.length === 0 ? (
        <p>{t('recovered.same')}</p>
      ) : (
        <pre
          // What scrolls must be reachable without a pointer.
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          tabIndex={0}
          className="max-h-60 overflow-auto rounded-sm border border-line bg-side p-2 font-mono text-12"
        >
          {changes.map((change) => (
            <span key={change.from} className="block">
              {before.slice(change.from, change.to).map((line, i) => (
                // Lines have nothing of their own but their place.
                // oxlint-disable-next-line react/no-array-index-key
                <span key={`-${i}`} className="block bg-removed">
                  − {line}
                </span>
              ))}
              {change.lines.map((line, i) => (
                // Lines have nothing of their own but their place.
                // oxlint-disable-next-line react/no-array-index-key
                <span key={`+${i}`} className="block bg-added">
                  + {line}
                </span>
              ))}
            </span>
          ))}
        </pre>
      )}
      <span className="flex flex-wrap gap-2">
        <Button onClick={save}>{t('recovered.download')}</Button>
        {hasEnded ? null : session === null ? (
          <Button onClick={() => bench.open(copy.path)}>{t('tree.open')}</Button>
        ) : (
          copy.base !== null &&
          !session.isReadOnly() &&
          changes.length > 0 && <Button onClick={apply}>{t('recovered.apply')}</Button>
        )}
        <Button kind="danger" onClick={() => void bench.sync.copies.drop(copy.id)}>
          {t('recovered.discard')}
        </Button>
      </span>
    </li>
  )
}
