import { cx } from './class-names.ts'
import { initialsOf } from './initials.ts'

const PALETTE = 8

/** The colour of a person, the same everywhere. `color` is the number the server gave them. */
export const personColor = (color: number): string => `var(--person-${(((color % PALETTE) + PALETTE) % PALETTE) + 1})`

interface Props {
  name: string
  color: number
  size?: 'small' | 'default'
  /** Where the name stands beside it, it is not read twice. */
  isDecorative?: boolean
  className?: string
}

export function Avatar({ name, color, size = 'default', isDecorative = false, className }: Props) {
  return (
    <span
      {...(isDecorative ? { 'aria-hidden': true } : { role: 'img', 'aria-label': name, title: name })}
      style={{ borderColor: personColor(color), color: personColor(color) }}
      className={cx(
        'inline-flex shrink-0 items-center justify-center rounded-full border-2 bg-raised font-semibold select-none',
        size === 'small' ? 'size-5 text-[9px]' : 'size-6 text-[11px]',
        className,
      )}
    >
      {initialsOf(name)}
    </span>
  )
}

interface StackProps {
  people: readonly { readonly id: string; readonly name: string; readonly color: number }[]
  max?: number
}

/** Who is here; the names of those who do not fit are in the title of the last. */
export function AvatarStack({ people, max = 4 }: StackProps) {
  const shown = people.slice(0, people.length > max ? max - 1 : max)
  const rest = people.slice(shown.length)
  const restNames = rest.map((p) => p.name).join(', ')
  return (
    <span className="inline-flex gap-[3px]">
      {shown.map((p) => (
        <Avatar key={p.id} name={p.name} color={p.color} />
      ))}
      {rest.length > 0 && (
        <span
          role="img"
          aria-label={restNames}
          title={restNames}
          className="inline-flex h-6 items-center px-1 text-12 text-muted"
        >
          +{rest.length}
        </span>
      )}
    </span>
  )
}
