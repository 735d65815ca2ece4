import { ArrowDown, ArrowUp, List, Space } from 'lucide-react'
import { lazy, type ReactNode, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useMessages } from '../platform/i18n.ts'
import { keyLabel } from '../platform/keys.ts'
import { readStored, writeStored } from '../platform/storage.ts'
import { announce } from '../ui/announcer.ts'
import { personColor } from '../ui/avatar.tsx'
import { cx } from '../ui/class-names.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { DiffList } from './diff-list.tsx'
import type { DiffParts } from './diff-parts.ts'
import { LoadBoundary } from './load-boundary.tsx'
import { messages } from './locale.ts'
import type { DiffAuthor, DiffChange, DiffNote, DiffSide } from './types.ts'

// Monaco comes with the first comparison that is shown on a screen large enough for it.
const DiffEditor = lazy(() => import('./diff-editor.tsx').then((m) => ({ default: m.DiffEditor })))

const BLANKS_KEY = 'diff.ignoreBlanks'
const LIST_KEY = 'diff.asList'
/** Monaco does not support phones. */
const NARROW = '(max-width: 600px)'
const NO_NOTES: readonly DiffNote[] = []

interface Props {
  /** The file's name tells its language. */
  readonly path: string
  readonly original: DiffSide
  readonly modified: DiffSide
  /** Who made a change, shown at it; asked again when the function is another one. */
  readonly authorOf?: (change: DiffChange) => DiffAuthor | null
  /** The caller's own between the lines; keep the list the same while it is the same. */
  readonly notes?: readonly DiffNote[]
  /** more buttons at the end of the bar */
  readonly tools?: ReactNode
  /** takes the focus when it appears, so that F7 works at once */
  readonly autoFocus?: boolean
}

/**
 * Two texts compared, for every feature that has some: side by side from 900 px of width, else one under the other.
 * F7 and Shift-F7 go to the next and the previous change. It changes nothing.
 */
export function DiffView({ path, original, modified, authorOf, notes = NO_NOTES, tools, autoFocus = false }: Props) {
  const t = useMessages(messages)
  const root = useRef<HTMLDivElement>(null)
  const [changes, setChanges] = useState<readonly DiffChange[] | null>(null)
  const [shown, setShown] = useState<number | null>(null)
  const [ignoresBlanks, setIgnoresBlanks] = useState(() => readStored(BLANKS_KEY) === 'true')
  const [isList, setList] = useState(() => readStored(LIST_KEY) === 'true' || window.matchMedia(NARROW).matches)
  const count = changes?.length ?? 0
  const authors = useMemo(() => changes?.map((change) => authorOf?.(change) ?? null) ?? [], [changes, authorOf])

  const onChanges = useCallback((found: readonly DiffChange[]) => {
    setChanges(found)
    setShown((at) => (at === null || at < found.length ? at : null))
  }, [])
  const step = (by: 1 | -1): void => {
    if (changes === null || count === 0) return
    const next = shown === null ? (by === 1 ? 0 : count - 1) : (shown + by + count) % count
    setShown(next)
    const [change, author] = [changes[next] as DiffChange, authors[next]]
    const said = { number: next + 1, count, lines: describeLines(change) }
    announce(author ? t('saidBy', { ...said, name: author.name }) : t('said', said))
  }
  useEffect(() => {
    if (autoFocus) root.current?.focus()
  }, [autoFocus])
  const toggle = (key: string, isOn: boolean, set: (isOn: boolean) => void): void => {
    writeStored(key, isOn ? 'true' : null)
    set(isOn)
  }

  const parts: DiffParts = { path, original, modified, ignoresBlanks, authorOf, notes, shown, onChanges }
  const list = <DiffList {...parts} />
  const isSame = original.text === modified.text
  const author = shown === null ? null : (authors[shown] ?? null)
  return (
    <div
      ref={root}
      role="group"
      tabIndex={-1}
      aria-label={t('label', { original: original.label, modified: modified.label })}
      className="flex size-full min-h-0 flex-col bg-surface outline-none"
      onKeyDownCapture={(event) => {
        // Monaco's own F7 opens a list in a language of its own; ours is the button beside.
        if (event.code !== 'F7' || event.ctrlKey || event.altKey || event.metaKey) return
        event.preventDefault()
        event.stopPropagation()
        step(event.shiftKey ? -1 : 1)
      }}
    >
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line bg-side px-3 py-1 text-12">
        <SideLabel side={original} sign="−" name={t('before')} />
        <SideLabel side={modified} sign="+" name={t('after')} />
        <span className="ml-auto flex items-center gap-1">
          <span className="mr-1 whitespace-nowrap text-muted" data-testid="diff-place">
            {author !== null && (
              <b className="mr-2" style={{ color: personColor(author.color) }}>
                {author.name}
              </b>
            )}
            {changes === null
              ? ''
              : shown === null
                ? t('changes', { count })
                : t('place', { number: shown + 1, count })}
          </span>
          <IconButton
            icon={ArrowUp}
            label={t('previous')}
            shortcut={keyLabel('Shift+F7')}
            disabled={count === 0}
            onClick={() => step(-1)}
          />
          <IconButton icon={ArrowDown} label={t('next')} shortcut="F7" disabled={count === 0} onClick={() => step(1)} />
          <IconButton
            icon={Space}
            label={t('ignoreBlanks')}
            aria-pressed={ignoresBlanks}
            className={cx(ignoresBlanks && 'bg-active text-ink')}
            onClick={() => toggle(BLANKS_KEY, !ignoresBlanks, setIgnoresBlanks)}
          />
          <IconButton
            icon={List}
            label={t('asList')}
            aria-pressed={isList}
            className={cx(isList && 'bg-active text-ink')}
            onClick={() => toggle(LIST_KEY, !isList, setList)}
          />
          {tools}
        </span>
      </div>
      {(isSame || (changes !== null && count === 0)) && (
        <p role="status" className="border-b border-line px-3 py-1 text-12 text-muted">
          {t(isSame ? 'same' : 'sameButBlanks')}
        </p>
      )}
      <div className="relative min-h-0 flex-1">
        {isList ? (
          list
        ) : (
          <LoadBoundary
            fallback={
              <>
                <p role="alert" className="px-3 py-1 text-12 text-warning">
                  {t('failed')}
                </p>
                {list}
              </>
            }
          >
            <Suspense
              fallback={
                <div className="p-6">
                  <Skeleton rows={6} />
                </div>
              }
            >
              <DiffEditor {...parts} />
            </Suspense>
          </LoadBoundary>
        )}
      </div>
    </div>
  )
}

/** "lines 4 to 6", as it is read aloud. */
function describeLines({ original, modified }: DiffChange): string {
  const { from, to } = modified
  if (from === to) return messages.t('removedAt', { count: original.to - original.from, from })
  return messages.t('lines', { count: to - from, from, to: to - 1 })
}

function SideLabel({ side, sign, name }: { side: DiffSide; sign: string; name: string }) {
  return (
    <span className="flex min-w-0 items-baseline gap-1.5">
      <b aria-hidden className={sign === '+' ? 'text-accent' : 'text-danger'}>
        {sign}
      </b>
      <span className="sr-only">{name}</span>
      <b className="truncate">{side.label}</b>
      {side.detail !== undefined && <span className="truncate text-muted">{side.detail}</span>}
    </span>
  )
}
