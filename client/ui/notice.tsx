import type { ReactNode } from 'react'
import { cx } from './class-names.ts'

/** Something to know before going on, or what went wrong. Errors are announced. */
export function Notice({ tone = 'plain', children }: { tone?: 'plain' | 'error' | 'warning'; children: ReactNode }) {
  return (
    <div
      {...(tone === 'error' ? { role: 'alert' } : {})}
      className={cx(
        'grid gap-1 border-l-3 py-0.5 pl-3',
        tone === 'plain' && 'border-line text-muted',
        tone === 'warning' && 'border-warning',
        tone === 'error' && 'border-danger',
      )}
    >
      {children}
    </div>
  )
}
