import type { ReactNode } from 'react'
import { cx } from './class-names.ts'

/** A short state in a row. */
export function Pill({ tone = 'plain', children }: { tone?: 'plain' | 'good' | 'bad'; children: ReactNode }) {
  return (
    <span
      className={cx(
        'inline-block rounded-full border px-2 py-px text-12 whitespace-nowrap',
        tone === 'plain' && 'border-line text-muted',
        tone === 'good' && 'border-accent text-accent',
        tone === 'bad' && 'border-danger text-danger',
      )}
    >
      {children}
    </span>
  )
}
