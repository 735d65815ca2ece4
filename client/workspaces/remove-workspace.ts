import { api } from '../platform/api.ts'
import { describeError } from '../platform/api-error.ts'
import { common } from '../platform/common.ts'
import { showToast } from '../ui/toast.ts'
import { messages } from './locale.ts'
import { refreshWorkspaces } from './queries.ts'

const MIN_UNDO_MS = 10_000
const MAX_UNDO_MS = 60_000

interface Named {
  readonly id: string
  readonly name: string
}

/** Deletes a workspace and offers Undo for as long as the server keeps it, at least ten seconds (behaviour 15). */
export async function removeWorkspace({ id, name }: Named): Promise<void> {
  const { undoUntil } = await api.workspaces.delete.mutate({ workspaceId: id })
  void refreshWorkspaces()
  const left = new Date(undoUntil).getTime() - Date.now()
  showToast({
    text: messages.t('delete.done', { name }),
    timeoutMs: Math.min(MAX_UNDO_MS, Math.max(MIN_UNDO_MS, left)),
    action: { label: common.t('action.undo'), run: () => void restoreWorkspace({ id, name }) },
  })
}

async function restoreWorkspace({ id, name }: Named): Promise<void> {
  try {
    await api.workspaces.undelete.mutate({ workspaceId: id })
    showToast({ text: messages.t('delete.restored', { name }) })
  } catch (error) {
    showToast({ kind: 'error', text: describeError(error) })
  }
  await refreshWorkspaces()
}
