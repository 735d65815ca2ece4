import { api } from '../platform/api.ts'
import { describeError, hasCode } from '../platform/api-error.ts'
import { announce } from '../ui/announcer.ts'
import { showToast } from '../ui/toast.ts'
import { messages } from './locale.ts'
import type { Workbench } from './workbench.ts'

/** A member who may only read tried to type: what was asked already goes on standing there. */
export function noteTry(bench: Workbench): void {
  const { role, editWish } = bench.store.getState()
  if (role === 'viewer' && (editWish === null || editWish === 'nobody-here'))
    bench.store.setState({ editWish: 'tried' })
}

/** Asks the owners and admins who are here; their yes arrives as a change of role (behaviour 3). */
export async function askToEdit(bench: Workbench): Promise<void> {
  const { store, workspaceId } = bench
  if (store.getState().editWish === 'asking') return
  store.setState({ editWish: 'asking' })
  try {
    const { asked } = await api.workspaces.askToEdit.mutate({ workspaceId })
    // The yes may have been quicker than the answer.
    if (store.getState().editWish !== 'asking') return
    store.setState({ editWish: asked > 0 ? 'asked' : 'nobody-here' })
    announce(messages.t(asked > 0 ? 'editor.asked' : 'editor.nobodyToAsk'))
  } catch (error) {
    const isAllowedAlready = hasCode(error, 'conflict')
    store.setState({ editWish: isAllowedAlready ? null : 'tried' })
    if (!isAllowedAlready) showToast({ kind: 'error', text: describeError(error) })
  }
}
