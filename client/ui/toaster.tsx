import { useEffect, useState, useSyncExternalStore } from 'react'
import { common } from '../platform/common.ts'
import { useMessages } from '../platform/i18n.ts'
import { cx } from './class-names.ts'
import { dismissToast, type Toast, toastStore } from './toast.ts'

/** Where notices appear. One for the whole page; where it is narrow, above the IDE's bar of views. */
export function Toaster() {
  const t = useMessages(common)
  const toasts = useSyncExternalStore(toastStore.subscribe, toastStore.read)
  // A notice one is about to press must not leave under the pointer.
  const [isHeld, setHeld] = useState(false)
  return (
    <section
      aria-label={t('toast.region')}
      className="fixed right-4 bottom-9 z-60 grid w-[min(400px,calc(100vw-32px))] gap-2 max-[900px]:bottom-20"
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      {toasts.map((toast) => (
        <ToastRow key={toast.id} toast={toast} isHeld={isHeld} />
      ))}
    </section>
  )
}

function ToastRow({ toast, isHeld }: { toast: Toast; isHeld: boolean }) {
  const t = useMessages(common)
  useEffect(() => {
    if (isHeld) return
    const timer = setTimeout(() => dismissToast(toast.id), toast.timeoutMs)
    return () => clearTimeout(timer)
  }, [toast, isHeld])
  return (
    <div
      role={toast.kind === 'error' ? 'alert' : 'status'}
      className={cx(
        'flex animate-[appear_var(--slow)] items-center gap-3 rounded-lg bg-raised py-2 pr-2 pl-4 shadow-float',
        toast.kind === 'error' && 'border-l-3 border-danger pl-[13px]',
      )}
    >
      <p className="flex-1 py-1">{toast.text}</p>
      {toast.action && (
        <button
          type="button"
          className="h-7 rounded-sm px-2 font-semibold text-accent hover:bg-hover"
          onClick={() => {
            toast.action?.run()
            dismissToast(toast.id)
          }}
        >
          {toast.action.label}
        </button>
      )}
      <button
        type="button"
        className="h-7 rounded-sm px-2 text-muted hover:bg-hover"
        onClick={() => dismissToast(toast.id)}
      >
        {toast.decline ?? t('action.dismiss')}
      </button>
    </div>
  )
}
