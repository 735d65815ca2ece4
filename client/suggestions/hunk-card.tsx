import { memo } from 'react'
import { useStore } from 'zustand'
import { useMessages } from '../platform/i18n.ts'
import { cx } from '../ui/class-names.ts'
import { ContextMenu } from '../ui/menu.tsx'
import { AuthorMark } from './author-mark.tsx'
import { HunkActions, suggestionMenu } from './hunk-actions.tsx'
import { HunkLines } from './hunk-lines.tsx'
import { messages } from './locale.ts'
import type { PlacedHunk } from './placed-hunks.ts'
import type { Suggestions } from './suggestions.ts'
import { describeAuthor, isSameHunk } from './summary.ts'

interface Props {
  suggestions: Suggestions
  placed: PlacedHunk
}

/** One hunk between the lines of an editor: whose idea it is, what would come, and the decision. */
export const HunkCard = memo(function HunkCard({ suggestions, placed }: Props) {
  const t = useMessages(messages)
  const { suggestion, hunk, isConflict, shape } = placed
  const key = { suggestionId: suggestion.id, position: hunk.position }
  const isCurrent = useStore(suggestions.store, (s) => isSameHunk(s.current, key))
  const number = suggestion.hunks.indexOf(hunk) + 1
  const count = suggestion.hunks.length
  return (
    <ContextMenu entries={suggestionMenu(suggestions, suggestion)}>
      <section
        aria-label={t('hunk.label', { number, count, author: describeAuthor(suggestion) })}
        className={cx(
          'border-y border-line',
          suggestion.source === 'ai' && 'border-dashed',
          isCurrent && 'outline-2 -outline-offset-2 outline-accent',
        )}
      >
        {shape.added.length > 0 && (
          <div className="suggestion-code overflow-x-auto">
            <HunkLines lines={shape.added.map((pieces) => ({ kind: 'added', pieces }))} hasSigns={false} />
          </div>
        )}
        <header className="flex flex-wrap items-center gap-x-3 gap-y-1 bg-side px-1 py-0.5 text-12">
          <AuthorMark suggestion={suggestion} />
          {count > 1 && <span className="text-muted">{t('hunk.of', { number, count })}</span>}
          {isConflict ? (
            <span className="text-warning">{t('hunk.conflict')}</span>
          ) : (
            <span className="min-w-0 flex-1 truncate text-muted" title={suggestion.title}>
              {suggestion.title}
            </span>
          )}
          <span className="ml-auto">
            <HunkActions
              suggestions={suggestions}
              suggestion={suggestion}
              hunk={hunk}
              isConflict={isConflict}
              hasKeys={isCurrent}
              onShowInList={() => suggestions.setOpen(true)}
            />
          </span>
        </header>
      </section>
    </ContextMenu>
  )
})
