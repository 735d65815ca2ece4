import type { ReactNode } from 'react'

/** One sentence, one action. */
export function EmptyState({ children, action }: { children: ReactNode; action?: ReactNode }) {
  return (
    <div className="grid justify-items-start gap-4">
      <p className="max-w-prose text-muted">{children}</p>
      {action}
    </div>
  )
}
