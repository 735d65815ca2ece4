import { useMessages } from '../platform/i18n.ts'
import { cx } from '../ui/class-names.ts'
import { messages } from './locale.ts'
import type { useMention } from './use-mention.ts'

/** The files that fit, above the field. */
export function MentionList({ mention }: { mention: ReturnType<typeof useMention> }) {
  const t = useMessages(messages)
  const { files, active, listId, optionId, pick } = mention
  if (files.length === 0) return null
  return (
    <ul
      id={listId}
      role="listbox"
      aria-label={t('composer.files')}
      className="absolute inset-x-0 bottom-full z-10 mb-1 max-h-60 overflow-y-auto rounded-sm border border-line bg-raised p-1 shadow-float"
    >
      {files.map((path, index) => {
        const slash = path.lastIndexOf('/') + 1
        return (
          // Keys are the field's: the focus never leaves it.
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
          <li
            key={path}
            id={optionId(index)}
            role="option"
            aria-selected={index === active}
            aria-label={path}
            // Before the field loses the focus.
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => pick(path)}
            className={cx(
              'flex min-h-7 cursor-default items-center gap-2 rounded-sm px-2 pointer-coarse:min-h-11',
              index === active && 'bg-active',
            )}
          >
            <span className="shrink-0 truncate">{path.slice(slash)}</span>
            <span className="min-w-0 truncate text-12 text-muted">{path.slice(0, Math.max(0, slash - 1))}</span>
          </li>
        )
      })}
    </ul>
  )
}
