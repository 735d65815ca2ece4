import { useNavigate } from '@tanstack/react-router'
import type { ImportStatus } from '#shared/protocol/events.ts'
import { sentenceFor } from '../platform/api-error.ts'
import { useMessages } from '../platform/i18n.ts'
import { formatBytes } from '../platform/time.ts'
import { Button } from '../ui/button.tsx'
import { DialogActions } from '../ui/dialog.tsx'
import { Notice } from '../ui/notice.tsx'
import { Progress } from '../ui/progress.tsx'
import { useAction } from '../ui/use-action.ts'
import { messages } from './locale.ts'
import type { ImportState } from './use-import.ts'

const SHOWN_NAMES = 8

interface Props {
  state: Exclude<ImportState, { status: 'idle' }>
  onCancel: () => Promise<void>
  onAgain: () => void
}

/** What an import is doing, and how it ended (behaviour 11: names that were changed are listed). */
export function ImportProgress({ state, onCancel, onAgain }: Props) {
  const t = useMessages(messages)
  const navigate = useNavigate()
  const cancelling = useAction()
  switch (state.status) {
    case 'uploading':
    case 'working': {
      const { value, sentence } =
        state.status === 'uploading'
          ? {
              value: state.totalBytes === 0 ? null : state.sentBytes / state.totalBytes,
              sentence: t('import.receiving', {
                done: formatBytes(state.sentBytes),
                total: formatBytes(state.totalBytes),
              }),
            }
          : describeProgress(state.progress)
      return (
        <>
          <div className="grid gap-2">
            <Progress label={sentence} value={value} />
            <p role="status" className="text-muted">
              {sentence}
            </p>
          </div>
          <DialogActions>
            <Button isBusy={cancelling.isBusy} onClick={() => void cancelling.run(onCancel)}>
              {t('import.cancel')}
            </Button>
          </DialogActions>
        </>
      )
    }
    case 'done':
      return (
        <>
          <p role="status">{t('import.done', { count: state.files })}</p>
          {state.renamed.length > 0 && (
            <div className="mt-3 grid gap-2">
              <p className="text-muted">{t('import.renamed', { count: state.renamed.length })}</p>
              <ul className="max-h-40 overflow-y-auto border-l-3 border-line pl-3 font-mono text-12">
                {state.renamed.slice(0, SHOWN_NAMES).map((name) => (
                  <li key={name}>{name}</li>
                ))}
              </ul>
              {state.renamed.length > SHOWN_NAMES && (
                <p className="text-12 text-muted">{t('import.more', { count: state.renamed.length - SHOWN_NAMES })}</p>
              )}
            </div>
          )}
          <DialogActions>
            <Button
              kind="primary"
              autoFocus
              onClick={() => void navigate({ to: '/w/$workspaceId', params: { workspaceId: state.workspaceId } })}
            >
              {t('import.open')}
            </Button>
          </DialogActions>
        </>
      )
    case 'failed':
    case 'cancelled':
      return (
        <>
          <Notice tone={state.status === 'failed' ? 'error' : 'plain'}>
            {state.status === 'failed' ? sentenceFor(state.code) : t('import.cancelled')}
          </Notice>
          <DialogActions>
            <Button kind="primary" onClick={onAgain}>
              {t('import.again')}
            </Button>
          </DialogActions>
        </>
      )
  }
}

/** What git says it is at, which it says in English. */
const STAGES = {
  'Enumerating objects': 'counting',
  'Counting objects': 'counting',
  'Compressing objects': 'compressing',
  'Receiving objects': 'receiving',
  'Resolving deltas': 'resolving',
  'Updating files': 'updating',
  'Checking out files': 'updating',
} as const

const stageOf = (said: string) => Object.entries(STAGES).find(([stage]) => stage === said)?.[1]

function describeProgress(progress: ImportStatus): { value: number | null; sentence: string } {
  const { t } = messages
  switch (progress.status) {
    case 'unpacking':
      return { value: null, sentence: t('import.unpacking', { count: progress.files }) }
    case 'cloning': {
      const stage = stageOf(progress.stage)
      return {
        value: progress.percent === null ? null : progress.percent / 100,
        sentence:
          progress.stage === ''
            ? t('import.waiting')
            : t(stage === undefined ? 'import.cloning' : `import.cloningStage.${stage}`),
      }
    }
    default:
      return { value: null, sentence: t('import.waiting') }
  }
}
