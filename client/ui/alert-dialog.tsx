import { AlertDialog as Base } from '@base-ui/react/alert-dialog'
import type { ReactNode } from 'react'
import { common } from '../platform/common.ts'
import { useMessages } from '../platform/i18n.ts'
import { Button } from './button.tsx'
import { backdropClass, DialogActions, popupClass } from './dialog.tsx'

interface Props {
  title: string
  children: ReactNode
  /** What the button does, as a verb: never "OK". */
  confirm: string
  isDangerous?: boolean
  isBusy?: boolean
  isOpen: boolean
  onOpenChange: (isOpen: boolean) => void
  onConfirm: () => void
}

/** Asks before something that others notice. A press outside does not answer it. */
export function AlertDialog({
  title,
  children,
  confirm,
  isDangerous = false,
  isBusy = false,
  isOpen,
  onOpenChange,
  onConfirm,
}: Props) {
  const t = useMessages(common)
  return (
    <Base.Root open={isOpen} onOpenChange={onOpenChange}>
      <Base.Portal>
        <Base.Backdrop className={backdropClass} />
        <Base.Popup className={`${popupClass} p-5`} style={{ maxWidth: 440 }}>
          <Base.Title className="text-15 font-semibold">{title}</Base.Title>
          <Base.Description render={<div className="mt-2 grid gap-2 text-muted" />}>{children}</Base.Description>
          <DialogActions>
            <Base.Close render={<Button>{t('action.cancel')}</Button>} />
            <Button kind={isDangerous ? 'danger' : 'primary'} isBusy={isBusy} onClick={onConfirm}>
              {confirm}
            </Button>
          </DialogActions>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}
