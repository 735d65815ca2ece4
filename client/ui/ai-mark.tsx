import { cx } from './class-names.ts'

interface Props {
  /** "AI" in the person's language; the name beside it is what is read aloud */
  label: string
  size?: 'small' | 'default'
}

/** AI among people: as an avatar, dashed. */
export function AiMark({ label, size = 'default' }: Props) {
  return (
    <span
      aria-hidden
      className={cx(
        'inline-flex shrink-0 items-center justify-center rounded-full border-2 border-dashed border-(--person-6) bg-raised font-semibold text-(--person-6) select-none',
        size === 'small' ? 'size-5 text-[9px]' : 'size-6 text-[11px]',
      )}
    >
      {label}
    </span>
  )
}
