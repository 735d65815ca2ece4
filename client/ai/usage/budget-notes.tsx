import { useQuery } from '@tanstack/react-query'
import { budgetNotes, budgetOutlook } from '../../platform/budgets.ts'
import { Notice } from '../../ui/notice.tsx'

/** Budgets that are nearly or wholly used up, above the usage that used them. */
export function BudgetNotes({ workspaceId }: { workspaceId: string | null }) {
  const outlook = useQuery(budgetOutlook(workspaceId)).data
  if (outlook === undefined) return null
  return budgetNotes(outlook).map(({ tone, text }) => (
    <Notice key={text} tone={tone}>
      <p>{text}</p>
    </Notice>
  ))
}
