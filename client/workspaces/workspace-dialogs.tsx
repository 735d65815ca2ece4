import { useState } from 'react'
import { api } from '../platform/api.ts'
import { common } from '../platform/common.ts'
import { useMessages } from '../platform/i18n.ts'
import { useSubmit } from '../platform/use-submit.ts'
import { AlertDialog } from '../ui/alert-dialog.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogActions } from '../ui/dialog.tsx'
import { Form } from '../ui/form.tsx'
import { TextField } from '../ui/text-field.tsx'
import { showToast } from '../ui/toast.ts'
import { useAction } from '../ui/use-action.ts'
import { messages } from './locale.ts'
import { refreshWorkspaces } from './queries.ts'
import { removeWorkspace } from './remove-workspace.ts'
import { isWorkspaceName } from './source-checks.ts'

export interface DialogTarget {
  readonly id: string
  readonly name: string
  /** who is inside now, the reader excepted */
  readonly others?: readonly string[]
}

interface Props {
  target: DialogTarget
  onClose: () => void
  onDone?: () => void
}

export function RenameDialog({ target, onClose }: Props) {
  const t = useMessages(messages)
  const tc = useMessages(common)
  const [name, setName] = useState(target.name)
  const submit = useSubmit(async () => {
    await api.workspaces.rename.mutate({ workspaceId: target.id, name: name.trim() })
    await refreshWorkspaces()
    showToast({ text: t('rename.done', { name: name.trim() }) })
    onClose()
  })
  const isValid = isWorkspaceName(name)
  return (
    <Dialog title={t('rename.title')} isOpen onOpenChange={onClose} width={420}>
      <Form onSubmit={() => (isValid ? submit.run() : undefined)}>
        <TextField
          label={t('rename.label')}
          value={name}
          maxLength={80}
          onFocus={(event) => event.currentTarget.select()}
          error={submit.error ?? (isValid ? null : t('new.needName'))}
          onChange={(event) => setName(event.target.value)}
        />
        <DialogActions>
          <Button onClick={onClose}>{tc('action.cancel')}</Button>
          <Button type="submit" kind="primary" isBusy={submit.isBusy}>
            {tc('action.rename')}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  )
}

export function DeleteDialog({ target, onClose, onDone }: Props) {
  const t = useMessages(messages)
  const action = useAction()
  const confirm = async () => {
    const isDone = await action.run(() => removeWorkspace(target))
    onClose()
    if (isDone) onDone?.()
  }
  return (
    <AlertDialog
      title={t('delete.title', { name: target.name })}
      confirm={t('delete.confirm')}
      isDangerous
      isBusy={action.isBusy}
      isOpen
      onOpenChange={onClose}
      onConfirm={() => void confirm()}
    >
      {target.others !== undefined && target.others.length > 0 && (
        <p className="font-semibold text-ink">{t('delete.inside', { names: target.others.join(', ') })}</p>
      )}
      <p>{t('delete.body')}</p>
    </AlertDialog>
  )
}

export function LeaveDialog({ target, onClose, onDone }: Props) {
  const t = useMessages(messages)
  const action = useAction()
  const confirm = async () => {
    const isDone = await action.run(
      () => api.workspaces.leave.mutate({ workspaceId: target.id }),
      t('leave.done', { name: target.name }),
    )
    void refreshWorkspaces()
    onClose()
    if (isDone) onDone?.()
  }
  return (
    <AlertDialog
      title={t('leave.title', { name: target.name })}
      confirm={t('leave.confirm')}
      isDangerous
      isBusy={action.isBusy}
      isOpen
      onOpenChange={onClose}
      onConfirm={() => void confirm()}
    >
      <p>{t('leave.body')}</p>
    </AlertDialog>
  )
}
