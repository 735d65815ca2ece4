import { type ComponentProps, useId, useMemo, useState } from 'react'
import { useStore } from 'zustand'
import { mergeThreeWay } from '#shared/text-merge.ts'
import { DiffView } from '../diff/diff-view.tsx'
import { useMessages } from '../platform/i18n.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogActions } from '../ui/dialog.tsx'
import { Segments } from '../ui/segments.tsx'
import { rejectHunks, resolveConflict } from './decide.ts'
import { messages } from './locale.ts'
import type { OpenConflict, Suggestions } from './suggestions.ts'
import { nameOfFile } from './summary.ts'

type Choice = 'merged' | 'proposed' | 'now'

/** The three texts of a hunk whose place has changed: what it was made for, what is there, what it wants. */
export function ConflictDialog({ suggestions }: { suggestions: Suggestions }) {
  const t = useMessages(messages)
  const open = useStore(suggestions.store, (s) => s.conflict)
  if (open === null) return null
  const { suggestion, conflict } = open
  const close = (): void => suggestions.store.setState({ conflict: null })
  const file = nameOfFile(suggestion.path)
  return (
    <Dialog
      title={t('conflict.title')}
      description={t(conflict.current === null ? 'conflict.gone' : 'conflict.body', { file })}
      isOpen
      onOpenChange={(isOpen) => !isOpen && close()}
      width={1040}
    >
      {conflict.current === null ? (
        <DialogActions className="">
          <Reject suggestions={suggestions} open={open} />
        </DialogActions>
      ) : (
        // Another state of the text is another comparison.
        <Comparison key={conflict.current} suggestions={suggestions} open={open} current={conflict.current} />
      )}
    </Dialog>
  )
}

interface ComparisonProps {
  suggestions: Suggestions
  open: OpenConflict
  current: string
}

function Comparison({ suggestions, open, current }: ComparisonProps) {
  const t = useMessages(messages)
  const id = useId()
  const { suggestion, conflict } = open
  const { base, proposed } = conflict
  const merged = useMemo(() => mergeThreeWay(base, current, proposed), [base, current, proposed])
  const texts: Record<Choice, string> = { merged: merged.text, proposed, now: current }
  const [choice, setChoice] = useState<Choice>('merged')
  const [text, setText] = useState(merged.text)
  const [isBusy, setBusy] = useState(false)
  const original = { label: t('conflict.base'), text: base }
  const now = { label: t('conflict.now'), text: current }
  const wanted = { label: t('conflict.proposed'), text: proposed }
  return (
    <div className="grid gap-4">
      <div className="grid gap-3 min-[900px]:grid-cols-2">
        <Side label={t('conflict.changed')} path={suggestion.path} original={original} modified={now} />
        <Side label={t('conflict.wanted')} path={suggestion.path} original={original} modified={wanted} />
      </div>
      <div className="grid gap-1">
        <div className="flex flex-wrap items-center justify-between gap-2">
          <label htmlFor={id} className="text-12 font-semibold">
            {t('conflict.result')}
          </label>
          <Segments
            label={t('conflict.result')}
            value={choice}
            options={[
              { value: 'merged', label: t('conflict.useMerged') },
              { value: 'proposed', label: t('conflict.useProposed') },
              { value: 'now', label: t('conflict.useNow') },
            ]}
            onChange={(next) => {
              setChoice(next)
              setText(texts[next])
            }}
          />
        </div>
        <textarea
          id={id}
          rows={Math.min(10, Math.max(3, text.split('\n').length))}
          spellCheck={false}
          value={text}
          onChange={(event) => setText(event.target.value)}
          className="w-full resize-y rounded-sm border border-control bg-surface p-2 font-mono text-12 whitespace-pre"
        />
        {choice === 'merged' && merged.hasConflict && <p className="text-12 text-warning">{t('conflict.overlap')}</p>}
      </div>
      <DialogActions className="">
        <Reject suggestions={suggestions} open={open} />
        <Button
          kind="primary"
          isBusy={isBusy}
          onClick={() => {
            setBusy(true)
            void resolveConflict(suggestions, current, text).finally(() => setBusy(false))
          }}
        >
          {t('conflict.accept')}
        </Button>
      </DialogActions>
    </div>
  )
}

/** What one party made of the text that the suggestion was for. */
function Side({ label, ...diff }: { label: string } & ComponentProps<typeof DiffView>) {
  return (
    <section aria-label={label} className="grid gap-1">
      <h3 className="text-12 font-semibold">{label}</h3>
      <div className="h-56 overflow-hidden rounded-sm border border-line">
        <DiffView {...diff} />
      </div>
    </section>
  )
}

function Reject({ suggestions, open: { suggestion, conflict } }: { suggestions: Suggestions; open: OpenConflict }) {
  const t = useMessages(messages)
  return (
    <Button onClick={() => void rejectHunks(suggestions, suggestion, [conflict.position])}>
      {t('conflict.reject')}
    </Button>
  )
}
