import { useState } from 'react'
import { describeError } from '../platform/api-error.ts'
import { showToast } from './toast.ts'

/** For buttons outside forms: runs an action, says in a notice how it ended. */
export function useAction() {
  const [isBusy, setBusy] = useState(false)
  const run = async (action: () => Promise<unknown>, done?: string): Promise<boolean> => {
    setBusy(true)
    try {
      await action()
      if (done !== undefined) showToast({ text: done })
      return true
    } catch (error) {
      showToast({ kind: 'error', text: describeError(error), timeoutMs: 10_000 })
      return false
    } finally {
      setBusy(false)
    }
  }
  return { isBusy, run }
}
