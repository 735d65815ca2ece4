import { useMessages } from '../platform/i18n.ts'
import { AlertDialog } from '../ui/alert-dialog.tsx'
import { messages } from './locale.ts'
import { pastedLines, previewOf } from './paste-text.ts'

interface Props {
  /** null: nothing is asked */
  text: string | null
  onAnswer: (isWanted: boolean) => void
}

/** Shows several lines before a shell may run them. */
export function PasteDialog({ text, onAnswer }: Props) {
  const t = useMessages(messages)
  const { shown, more } = previewOf(text ?? '')
  return (
    <AlertDialog
      title={t('pasteTitle', { count: pastedLines(text ?? '').length })}
      confirm={t('pasteDo')}
      isOpen={text !== null}
      onOpenChange={(isOpen) => {
        if (!isOpen) onAnswer(false)
      }}
      onConfirm={() => onAnswer(true)}
    >
      <p>{t('pasteBody')}</p>
      <pre className="max-h-64 overflow-auto rounded-sm border border-line bg-surface p-2 font-mono text-12 text-ink">
        {shown}
      </pre>
      {more > 0 && <p>{t('pasteMore', { count: more })}</p>}
    </AlertDialog>
  )
}
