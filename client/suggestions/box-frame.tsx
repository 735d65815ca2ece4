import { type ReactNode, useId } from 'react'

interface Props {
  label: string
  children: ReactNode
  onEscape: () => void
}

/** A box over the lines it is about. */
export function BoxFrame({ label, children, onEscape }: Props) {
  const id = useId()
  return (
    <section
      aria-labelledby={id}
      className="my-1 mr-3 grid max-w-[720px] gap-2 rounded-lg border border-control bg-raised p-2 shadow-float"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.nativeEvent.isComposing) return
        event.preventDefault()
        onEscape()
      }}
    >
      <h2 id={id} className="px-1 text-12 font-semibold">
        {label}
      </h2>
      {children}
    </section>
  )
}
