import { api } from '../platform/api.ts'
import { describeError } from '../platform/api-error.ts'
import { showToast } from '../ui/toast.ts'
import { messages } from './locale.ts'
import { refreshWorkspaces } from './queries.ts'

interface Wish {
  readonly workspaceId: string
  readonly userId: string
  readonly name: string
}

/** Long enough to finish a thought first: somebody waits for the answer. */
const NOTICE_MS = 60_000

const shown = new Map<string, () => void>()

/** Tells owners and admins that a viewer asks to edit; Allow makes them an editor (behaviour 3). */
export function announceWish({ workspaceId, userId, name }: Wish): void {
  const allow = async () => {
    try {
      // Only where they are still what they were when they asked: a yes must not take a higher role away.
      await api.workspaces.setRole.mutate({ workspaceId, userId, role: 'editor', ifRole: 'viewer' })
      showToast({ text: messages.t('wish.allowed', { name }) })
    } catch (error) {
      showToast({ kind: 'error', text: describeError(error) })
    }
    await refreshWorkspaces()
  }
  const key = `${workspaceId} ${userId}`
  // Asking again renews the notice rather than adding another.
  shown.get(key)?.()
  const dismiss = showToast({
    text: messages.t('wish.asks', { name }),
    timeoutMs: NOTICE_MS,
    action: { label: messages.t('wish.allow'), run: () => void allow() },
    decline: messages.t('wish.notNow'),
  })
  shown.set(key, dismiss)
}
