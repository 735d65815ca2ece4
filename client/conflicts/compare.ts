import type { ConflictId } from '#shared/ids.ts'
import { api } from '../platform/api.ts'
import { describeError } from '../platform/api-error.ts'
import { common } from '../platform/common.ts'
import { keyLabel } from '../platform/keys.ts'
import { announce } from '../ui/announcer.ts'
import { showToast } from '../ui/toast.ts'
import type { Conflicts, PlacedConflict } from './conflicts.ts'
import { messages } from './locale.ts'
import { refreshConflicts } from './queries.ts'

export const COMPARE_KEYS = 'Mod+Alt+KeyM'
/** as it is written on the keys */
export const compareKeys = (): string => keyLabel(COMPARE_KEYS.replace('Key', ''))
const UNDO_MS = 10_000

export const fileOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** Puts the text in the place of what the person saw there. False: it is to be looked at again. */
export async function choose(
  conflicts: Conflicts,
  { info, line, now }: PlacedConflict,
  text: string,
): Promise<boolean> {
  const { workspaceId } = conflicts
  const { t } = messages
  const conflictId = info.id as ConflictId
  try {
    const decision = await api.files.resolveConflict.mutate({ workspaceId, conflictId, current: now, text })
    await refreshConflicts(workspaceId)
    if (decision.status === 'changed') {
      showToast({ text: t('changed'), timeoutMs: UNDO_MS })
      return false
    }
  } catch (error) {
    showToast({ kind: 'error', text: describeError(error), timeoutMs: UNDO_MS })
    return false
  }
  const undo = (): void => {
    forget?.()
    dismiss()
    void takeBack(conflicts, conflictId)
  }
  // Ctrl-Z in the editor reaches it, as any edit of the person's own.
  const forget = conflicts.editorOf(info.documentId)?.noteOutside(undo)
  const said = t('chosen', { line, file: fileOf(info.path) })
  const dismiss = showToast({ text: said, action: { label: common.t('action.undo'), run: undo }, timeoutMs: UNDO_MS })
  return true
}

async function takeBack({ workspaceId }: Conflicts, conflictId: ConflictId): Promise<void> {
  const { t } = messages
  try {
    const { status } = await api.files.undoConflict.mutate({ workspaceId, conflictId })
    await refreshConflicts(workspaceId)
    if (status === 'done') announce(t('undone'))
    showToast(status === 'done' ? { text: t('undone') } : { kind: 'error', text: t('undoFailed'), timeoutMs: UNDO_MS })
  } catch (error) {
    showToast({ kind: 'error', text: describeError(error), timeoutMs: UNDO_MS })
  }
}

/** Opens the comparison of the first one of a document, or of the one named. */
export function compare({ store }: Conflicts, documentId: string, id?: string): void {
  const [first] = store.getState().placed.get(documentId) ?? []
  const shown = id ?? first?.info.id
  if (shown !== undefined) store.setState({ open: { documentId, id: shown } })
}
