import type { WorkspaceRole } from '#shared/access/permissions.ts'
import { api } from '../platform/api.ts'
import { describeError } from '../platform/api-error.ts'
import { common } from '../platform/common.ts'
import { roleAllows } from '../platform/roles.ts'
import { showToast } from '../ui/toast.ts'
import { messages } from './locale.ts'
import { refreshWorkspaces } from './queries.ts'

interface Arrival {
  readonly workspaceId: string
  readonly guestId: string
  readonly name: string
}

const NOTICE_MS = 12_000

/** Tells members that somebody came by a link, with Remove for those who may (behaviour 2). */
export function announceGuest({ workspaceId, guestId, name }: Arrival, role: WorkspaceRole): void {
  const remove = async () => {
    try {
      await api.workspaces.removeGuest.mutate({ workspaceId, guestId })
      showToast({ text: messages.t('settings.guestRemovedDone', { name }) })
    } catch (error) {
      showToast({ kind: 'error', text: describeError(error) })
    }
    await refreshWorkspaces()
  }
  showToast({
    text: messages.t('guestJoined', { name }),
    timeoutMs: NOTICE_MS,
    ...(roleAllows(role, 'workspace.share') && {
      action: { label: common.t('action.remove'), run: () => void remove() },
    }),
  })
}
