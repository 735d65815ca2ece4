import { type ReactNode, useId } from 'react'

/** A titled part of a settings page, parted from the one above by a hairline. */
export function Section({ title, lead, children }: { title: string; lead?: string; children: ReactNode }) {
  const id = useId()
  return (
    <section aria-labelledby={id} className="grid gap-4 border-t border-line py-6">
      <div className="grid gap-1">
        <h2 id={id} className="text-15">
          {title}
        </h2>
        {lead !== undefined && <p className="text-muted">{lead}</p>}
      </div>
      {children}
    </section>
  )
}
