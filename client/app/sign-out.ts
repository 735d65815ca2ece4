import { forgetTabs } from '../files/tabs-key.ts'
import { api } from '../platform/api.ts'
import { forgetVisits } from '../platform/visits.ts'
import { showToast } from '../ui/toast.ts'
import { messages } from './locale.ts'

export interface UnsavedFile {
  readonly path: string
  readonly edits: number
}

const loadStores = () => import('../sync/offline-registry.ts')

/** What this browser alone has of the person's edits; signing out would wipe it. */
export async function listUnsaved(userId: string): Promise<readonly UnsavedFile[]> {
  const { listUnsavedFiles } = await loadStores()
  return listUnsavedFiles(userId)
}

/**
 * Ends the session, then removes this browser's copies of the person's documents, then loads the page anew, so
 * that nothing of the account stays in memory. Where the server is not reached, nothing is wiped.
 */
export async function signOut(userId: string): Promise<void> {
  try {
    await api.auth.logout.mutate()
  } catch {
    showToast({ kind: 'error', text: messages.t('signOut.failed') })
    return
  }
  const { wipeOfflineStores } = await loadStores()
  await wipeOfflineStores(userId)
  forgetTabs(userId)
  forgetVisits(userId)
  location.assign('/login')
}
