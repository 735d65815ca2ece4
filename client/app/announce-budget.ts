import { budgetNotes, budgetOutlook } from '../platform/budgets.ts'
import { queryClient } from '../platform/query-client.ts'
import { showToast } from '../ui/toast.ts'

/** Long enough to be read by someone who types. */
const NOTICE_MS = 20_000

/** A budget has passed four fifths: said once to whoever it will stop, and where its state is shown it is asked anew. */
export async function announceBudget(workspaceId: string): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: ['ai', 'outlook'] })
  const outlook = await queryClient.fetchQuery(budgetOutlook(workspaceId)).catch(() => {
    // Whoever may not use AI here has nothing to be warned of; without a connection it is shown when it is back.
    return null
  })
  const [note] = outlook === null ? [] : budgetNotes(outlook)
  if (note) showToast({ text: note.text, kind: note.tone === 'error' ? 'error' : 'info', timeoutMs: NOTICE_MS })
}
