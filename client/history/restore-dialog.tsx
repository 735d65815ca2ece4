import { useState } from 'react'
import type { HistoryMoment } from '#shared/api/history.ts'
import { diffLines } from '#shared/text-diff.ts'
import { useMessages } from '../platform/i18n.ts'
import { AlertDialog } from '../ui/alert-dialog.tsx'
import { announce } from '../ui/announcer.ts'
import { showToast } from '../ui/toast.ts'
import { momentName } from './days.ts'
import { messages } from './locale.ts'
import type { NowText } from './moment-view.tsx'
import { restoreText } from './restore-text.ts'

const UNDO_MS = 20_000

interface Props {
  readonly name: string
  readonly moment: HistoryMoment
  readonly nowText: () => NowText | null
  readonly onCancel: () => void
  readonly onDone: () => void
}

/** Says what restoring does before it is done, and how it is undone after. */
export function RestoreDialog({ name, moment, nowText, onCancel, onDone }: Props) {
  const t = useMessages(messages)
  const [count] = useState(() => countChanged(nowText()?.read() ?? '', moment.text))
  const time = moment.at === null ? '' : momentName(moment.at)
  const restore = (): void => {
    const now = nowText()
    if (now === null || now.isReadOnly()) {
      showToast({ kind: 'error', text: t(now === null ? 'notReady' : 'readOnly') })
      return
    }
    const undo = restoreText(now, moment.text)
    onDone()
    const said = t('restored', { name, time })
    announce(said)
    showToast({
      text: said,
      timeoutMs: UNDO_MS,
      action: {
        label: t('undo'),
        run: () => {
          undo()
          announce(t('undone'))
          showToast({ text: t('undone') })
        },
      },
    })
  }
  return (
    <AlertDialog
      isOpen
      title={t('restoreTitle', { name, time })}
      confirm={t('restore')}
      onOpenChange={(isOpen) => {
        if (!isOpen) onCancel()
      }}
      onConfirm={restore}
    >
      <p>{count === 0 ? t('same') : t('restoreBody', { count })}</p>
      {count > 0 && <p>{t('restoreOthers')}</p>}
      {count > 0 && <p>{t('restoreKept')}</p>}
    </AlertDialog>
  )
}

/** Lines of the file that will be other ones, or none. */
const countChanged = (now: string, then: string): number =>
  diffLines(now.split('\n'), then.split('\n')).reduce(
    (sum, { from, to, lines }) => sum + Math.max(to - from, lines.length),
    0,
  )
