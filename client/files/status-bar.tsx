import { memo } from 'react'
import type { ErrorCode } from '#shared/errors.ts'
import { GhostStatus } from '../editor/ghost-text/ghost-status.tsx'
import type { DocumentState } from '../sync/document-state.ts'
import { sentenceFor } from '../platform/api-error.ts'
import { useMessages } from '../platform/i18n.ts'
import { cx } from '../ui/class-names.ts'
import { messages } from './locale.ts'
import { diskFailureOf, diskOf, type DiskStatus, type OpenFile } from './state.ts'
import { activePath } from './tabs.ts'
import { useBench, useWorkbench } from './workbench.ts'

interface Sentence {
  readonly text: string
  readonly tone: 'good' | 'plain' | 'warning' | 'danger'
}

/** What the status bar says about the open file: never more than is known. */
export function describeSaving(state: DocumentState, disk: DiskStatus | undefined, failure?: ErrorCode): Sentence {
  const { t } = messages
  switch (state.status) {
    case 'connecting':
      return { text: t('status.connecting'), tone: 'plain' }
    case 'saved':
      if (disk === 'on-disk') return { text: t('status.savedOnDisk'), tone: 'good' }
      if (disk === 'writing') return { text: t('status.savedWriting'), tone: 'good' }
      if (disk === 'failed')
        return {
          text:
            failure === undefined
              ? t('status.savedDiskFailed')
              : t('status.savedNotOnDisk', { reason: sentenceFor(failure) }),
          tone: 'warning',
        }
      return { text: t('status.saved'), tone: 'good' }
    case 'saving':
      if (state.edits === 0) return { text: t('status.comparing'), tone: 'plain' }
      return state.isSlow
        ? { text: t('status.slow', { count: state.edits }), tone: 'warning' }
        : { text: t('status.saving', { count: state.edits }), tone: 'plain' }
    case 'offline':
      if (state.edits === 0) return { text: t('status.offline'), tone: 'warning' }
      return state.keptEdits === 0
        ? { text: t('status.offlineTab', { count: state.edits }), tone: 'warning' }
        : { text: t('status.offlineEdits', { count: state.keptEdits }), tone: 'warning' }
    case 'read-only':
      return { text: t('status.readOnly'), tone: 'plain' }
    case 'ended':
      switch (state.reason) {
        case 'signed-out':
          return { text: t('status.signedOut'), tone: 'warning' }
        case 'revoked':
          return { text: t('status.revoked'), tone: 'danger' }
        case 'missing':
          return { text: t('status.missing'), tone: 'danger' }
        case 'failed':
          return { text: t('status.failed'), tone: 'danger' }
        default:
          return state.reason satisfies never
      }
    default:
      return state satisfies never
  }
}

/** The truth about the open file, at the foot of the page. */
export const StatusBar = memo(function StatusBar() {
  const t = useMessages(messages)
  const path = useBench((s) => activePath(s.layout))
  const file = useBench((s) => (path === null ? undefined : s.files[path]))
  const latencyMs = useBench((s) => s.link.latencyMs)
  const hasEnded = useBench((s) => s.end !== null)
  return (
    <footer
      aria-label={t('status.label')}
      className="flex h-6 shrink-0 items-center gap-4 overflow-hidden border-t border-line bg-side px-3 text-12 whitespace-nowrap text-muted"
    >
      {file?.status === 'open' && <Saving file={file} />}
      <span className="ml-auto flex items-center gap-4">
        {file?.status === 'open' && !hasEnded && <GhostStatus />}
        {file?.status === 'open' && <Caret />}
        {file?.status === 'open' && (
          <span title={t('status.lineEndLong')} className="max-sm:hidden">
            {t('status.lineEnd')}
          </span>
        )}
        {latencyMs !== null && (
          <span title={t('status.latencyLong')} className="max-sm:hidden">
            {t('status.latency', { ms: latencyMs })}
          </span>
        )}
      </span>
    </footer>
  )
})

/** A part of its own: it changes with what is typed, the rest of the bar does not. */
function Saving({ file }: { file: Extract<OpenFile, { status: 'open' }> }) {
  useMessages(messages)
  useBench((s) => s.pulse)
  const disk = useBench((s) => diskOf(s, file.session.documentId))
  const failure = useBench((s) => diskFailureOf(s, file.session.documentId))
  const state = file.said()
  const { text, tone } = describeSaving(state, disk, failure)
  return (
    <span
      data-testid="save-state"
      data-state={state.status}
      title={text}
      className={cx(
        'truncate font-semibold',
        tone === 'good' && 'text-accent',
        tone === 'warning' && 'text-warning',
        tone === 'danger' && 'text-danger',
      )}
    >
      {text}
    </span>
  )
}

function Caret() {
  const t = useMessages(messages)
  const bench = useWorkbench()
  const caret = useBench((s) => s.caret)
  if (caret === null) return null
  return (
    <button
      type="button"
      title={t('status.goToLine')}
      className="rounded-sm hover:text-ink"
      onClick={() => {
        const handle = bench.handles.get(bench.store.getState().layout.active)
        handle?.focus()
        handle?.run('editor.action.gotoLine')
      }}
    >
      {t('status.position', { line: caret.line, column: caret.column })}
      {caret.selectedUnits > 0 && ` (${t('status.selected', { count: caret.selectedUnits })})`}
    </button>
  )
}
