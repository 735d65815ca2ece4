import { useState } from 'react'
import { describeError } from '../platform/api-error.ts'
import { useMessages } from '../platform/i18n.ts'
import { announce } from '../ui/announcer.ts'
import { Button } from '../ui/button.tsx'
import { showToast } from '../ui/toast.ts'
import { filesApi } from './files-api.ts'
import { messages } from './locale.ts'
import { canWrite } from './state.ts'
import { useBench, useWorkbench } from './workbench.ts'

/** The disk is not what it was: until people decide, nothing is merged with it or written to it. */
export function HoldBanner() {
  const t = useMessages(messages)
  const bench = useWorkbench()
  const hold = useBench((s) => s.hold)
  const isWritable = canWrite(useBench((s) => s.role))
  const [busy, setBusy] = useState<'again' | 'accept' | null>(null)
  if (hold === null) return null

  const resume = async (wish: 'again' | 'accept'): Promise<void> => {
    setBusy(wish)
    try {
      const answer = await filesApi.resume.mutate({
        workspaceId: bench.workspaceId,
        isAccepted: wish === 'accept',
      })
      bench.store.setState({ hold: answer.hold })
      announce(t(answer.hold === null ? 'hold.over' : 'hold.still'))
    } catch (error) {
      showToast({ kind: 'error', text: describeError(error) })
    } finally {
      setBusy(null)
    }
  }

  return (
    <div
      role="alert"
      data-testid="files-hold"
      className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-line bg-raised px-3 py-1.5 text-12"
    >
      <span className="size-2 shrink-0 rounded-full bg-danger" />
      <p className="min-w-60 flex-1">
        <strong className="font-semibold">
          {hold.reason === 'missing'
            ? t('hold.missing', { count: hold.known, gone: hold.gone })
            : t('hold.wrongVolume')}
        </strong>{' '}
        {t(hold.reason === 'missing' ? 'hold.missingNext' : 'hold.wrongVolumeNext')}
      </p>
      {isWritable && (
        <Button isBusy={busy === 'again'} onClick={() => void resume('again')}>
          {t('hold.again')}
        </Button>
      )}
      {isWritable && hold.reason === 'missing' && (
        <Button isBusy={busy === 'accept'} onClick={() => void resume('accept')}>
          {t('hold.accept')}
        </Button>
      )}
    </div>
  )
}
