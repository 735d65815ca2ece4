import { api } from '../platform/api.ts'
import { showToast } from '../ui/toast.ts'
import { messages } from './locale.ts'

/** Ends the session and loads the page anew, so that nothing of the account stays in memory. */
export async function signOut(): Promise<void> {
  try {
    await api.auth.logout.mutate()
    location.assign('/login')
  } catch {
    showToast({ kind: 'error', text: messages.t('signOut.failed') })
  }
}
