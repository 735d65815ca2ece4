import type { LucideIcon } from 'lucide-react'

/** One icon set, one size, one stroke. Decorative: whoever holds it has the label. */
export function Icon({ of: Of, className }: { of: LucideIcon; className?: string }) {
  return <Of size={16} strokeWidth={1.5} aria-hidden className={className ?? 'shrink-0'} />
}
