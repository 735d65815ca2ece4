import { useMessages } from '../platform/i18n.ts'
import { AlertDialog } from '../ui/alert-dialog.tsx'
import { useAction } from '../ui/use-action.ts'
import { messages } from './locale.ts'
import { signOut, type UnsavedFile } from './sign-out.ts'

interface Props {
  userId: string
  unsaved: readonly UnsavedFile[]
  onClose: () => void
}

/** Lists edits that only this browser has, before signing out wipes them (behaviour 4). */
export function SignOutDialog({ userId, unsaved, onClose }: Props) {
  const t = useMessages(messages)
  const action = useAction()
  return (
    <AlertDialog
      title={t('signOut.title')}
      confirm={t('signOut.confirm')}
      isDangerous
      isBusy={action.isBusy}
      isOpen
      onOpenChange={onClose}
      onConfirm={() => void action.run(() => signOut(userId))}
    >
      <p>{t('signOut.body')}</p>
      <ul className="max-h-48 overflow-y-auto border-l-3 border-line pl-3 text-ink">
        {unsaved.map((file) => (
          <li key={file.path} className="flex justify-between gap-4">
            <span className="truncate font-mono text-12">{file.path}</span>
            <span className="text-12 text-muted">{t('signOut.edits', { count: file.edits })}</span>
          </li>
        ))}
      </ul>
      <p>{t('signOut.advice')}</p>
    </AlertDialog>
  )
}
