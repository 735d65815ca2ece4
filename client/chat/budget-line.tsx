import { useQuery } from '@tanstack/react-query'
import { budgetNotes, budgetOutlook, whoCanRaise } from '../platform/budgets.ts'
import { useMessages } from '../platform/i18n.ts'
import { cx } from '../ui/class-names.ts'
import { messages } from './locale.ts'

/** Before a question is sent: that the budget it is charged to is nearly used up, or that it is, and who can raise it. */
export function BudgetLine({ workspaceId }: { workspaceId: string }) {
  const outlook = useQuery(budgetOutlook(workspaceId)).data
  const [note] = outlook === undefined ? [] : budgetNotes(outlook)
  if (!note) return null
  return <p className={cx('text-12', note.tone === 'error' ? 'text-danger' : 'text-warning')}>{note.text}</p>
}

/** In place of an answer: there was not enough left for it, and who can change that. */
export function BudgetSpent({ workspaceId }: { workspaceId: string }) {
  const t = useMessages(messages)
  const outlook = useQuery(budgetOutlook(workspaceId)).data
  const whom = outlook === undefined ? '' : whoCanRaise(outlook)
  return <p className="text-12 text-danger">{`${t('message.budget')} ${whom}`.trim()}</p>
}
