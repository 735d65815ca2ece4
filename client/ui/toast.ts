export interface Toast {
  readonly id: number
  readonly kind: 'info' | 'error'
  readonly text: string
  readonly action?: { readonly label: string; readonly run: () => void }
  /** the word for leaving it be, where Dismiss would be no answer */
  readonly decline?: string
  readonly timeoutMs: number
}

const DEFAULT_TIMEOUT_MS = 6_000
const MAX_SHOWN = 4

let toasts: readonly Toast[] = []
let lastId = 0
const listeners = new Set<() => void>()

const set = (next: readonly Toast[]) => {
  toasts = next
  for (const listener of listeners) listener()
}

/** Shows a notice that leaves by itself; answers the function that takes it away earlier. */
export function showToast(
  toast: Omit<Toast, 'id' | 'kind' | 'timeoutMs'> & Partial<Pick<Toast, 'kind' | 'timeoutMs'>>,
): () => void {
  const id = ++lastId
  const added: Toast = { kind: 'info', timeoutMs: DEFAULT_TIMEOUT_MS, ...toast, id }
  set([...toasts, added].slice(-MAX_SHOWN))
  return () => dismissToast(id)
}

export const dismissToast = (id: number): void => set(toasts.filter((t) => t.id !== id))

export const toastStore = {
  subscribe: (listener: () => void) => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  },
  read: (): readonly Toast[] => toasts,
}
