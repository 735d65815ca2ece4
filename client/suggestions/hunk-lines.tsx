import { useState } from 'react'
import { useMessages } from '../platform/i18n.ts'
import { Button } from '../ui/button.tsx'
import { cx } from '../ui/class-names.ts'
import type { Piece } from './hunk-shape.ts'
import { messages } from './locale.ts'

export interface HunkLine {
  readonly kind: 'same' | 'removed' | 'added'
  readonly pieces: readonly Piece[]
}

/** A suggestion as long as a file would push everything else off the screen. */
const LINES_AT_ONCE = 40

const SIGNS = { same: ' ', removed: '−', added: '+' } as const

/** Lines that would go and come, as text that any browser and screen reader can show. */
export function HunkLines({ lines, hasSigns = true }: { lines: readonly HunkLine[]; hasSigns?: boolean }) {
  const t = useMessages(messages)
  const [isWhole, setWhole] = useState(false)
  const shown = isWhole || lines.length <= LINES_AT_ONCE + 1 ? lines : lines.slice(0, LINES_AT_ONCE)
  const rest = lines.length - shown.length
  return (
    <div className="font-mono">
      {shown.map(({ kind, pieces }, index) => (
        <div
          // Lines have no identity but their place.
          // oxlint-disable-next-line react/no-array-index-key
          key={index}
          className={cx(
            'flex min-h-[1lh]',
            kind === 'added' && 'bg-added',
            kind === 'removed' && 'bg-removed',
            kind === 'same' && 'text-muted',
          )}
        >
          {hasSigns && (
            <span
              aria-hidden
              className={cx(
                'w-5 shrink-0 text-center select-none',
                kind === 'added' && 'text-accent',
                kind === 'removed' && 'text-danger',
              )}
            >
              {SIGNS[kind]}
            </span>
          )}
          {kind !== 'same' && <span className="sr-only">{t(kind === 'added' ? 'hunk.added' : 'hunk.removed')}: </span>}
          <span
            className={cx(
              'min-w-0 flex-1',
              hasSigns ? 'whitespace-pre-wrap [overflow-wrap:anywhere]' : 'whitespace-pre',
            )}
          >
            {pieces.map((piece, at) => (
              // oxlint-disable-next-line react/no-array-index-key
              <span
                key={at}
                className={cx(piece.isNew && (kind === 'removed' ? 'hunk-word-removed' : 'hunk-word-added'))}
              >
                {piece.text}
              </span>
            ))}
          </span>
        </div>
      ))}
      {rest > 0 && (
        <Button kind="quiet" className="font-sans text-12" onClick={() => setWhole(true)}>
          {t('hunk.rest', { count: rest })}
        </Button>
      )}
    </div>
  )
}
