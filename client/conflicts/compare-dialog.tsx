import { useEffect, useId, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { carryOn, oneUnderTheOther } from '#shared/text-conflict.ts'
import { DiffView } from '../diff/diff-view.tsx'
import { useMessages } from '../platform/i18n.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogActions } from '../ui/dialog.tsx'
import { Segments } from '../ui/segments.tsx'
import { showToast } from '../ui/toast.ts'
import { choose, compare, fileOf } from './compare.ts'
import type { Conflicts, PlacedConflict } from './conflicts.ts'
import { messages } from './locale.ts'

const CHOICES = ['document', 'disk', 'both', 'now'] as const
type Choice = (typeof CHOICES)[number]

/** What stood there, what people made of it, what the disk did; one of them is to stay. */
export function CompareDialog({ conflicts }: { conflicts: Conflicts }) {
  const t = useMessages(messages)
  const open = useStore(conflicts.store, (s) => s.open)
  const placed = useStore(conflicts.store, (s) => (open === null ? undefined : s.placed.get(open.documentId)))
  const at = placed?.findIndex(({ info }) => info.id === open?.id) ?? -1
  const shown = placed?.[at]
  const isOwn = useRef(false)
  const close = (): void => conflicts.store.setState({ open: null })
  const isOver = open !== null && shown === undefined
  useEffect(() => {
    if (!isOver) return
    conflicts.store.setState({ open: null })
    // One's own choice says so itself.
    if (!isOwn.current) showToast({ text: messages.t('over') })
    isOwn.current = false
  }, [conflicts, isOver])
  if (open === null || placed === undefined || shown === undefined) return null
  const step = (by: 1 | -1): void =>
    compare(conflicts, open.documentId, placed[(at + by + placed.length) % placed.length]?.info.id)
  return (
    <Dialog
      title={t('title')}
      description={t('body', { line: shown.line, file: fileOf(shown.info.path) })}
      isOpen
      onOpenChange={(isOpen) => !isOpen && close()}
      width={1040}
    >
      <Comparison
        key={shown.info.id}
        conflicts={conflicts}
        shown={shown}
        onClose={close}
        onChoosing={(isChoosing) => (isOwn.current = isChoosing)}
        {...(placed.length > 1 ? { place: t('place', { number: at + 1, count: placed.length }), onStep: step } : {})}
      />
    </Dialog>
  )
}

interface ComparisonProps {
  conflicts: Conflicts
  shown: PlacedConflict
  onClose: () => void
  onChoosing: (isChoosing: boolean) => void
  place?: string
  onStep?: (by: 1 | -1) => void
}

function Comparison({ conflicts, shown, onClose, onChoosing, place, onStep }: ComparisonProps) {
  const t = useMessages(messages)
  const id = useId()
  const mayChoose = useStore(conflicts.store, (s) => s.mayChoose)
  const { info, now } = shown
  const carried = (wanted: string): string => carryOn(info.merged, now, wanted)
  const texts: Record<Choice, string> = {
    document: carried(info.document),
    disk: carried(info.disk),
    both: oneUnderTheOther(carried(info.document), info.disk),
    now,
  }
  const [choice, setChoice] = useState<Choice>('document')
  /** written by hand, over what stood there then */
  const [own, setOwn] = useState<{ readonly text: string; readonly over: string } | null>(null)
  const text = own?.text ?? texts[choice]
  const [isBusy, setBusy] = useState(false)
  const accept = async (): Promise<void> => {
    setBusy(true)
    onChoosing(true)
    const isChosen = await choose(conflicts, shown, text)
    setBusy(false)
    if (isChosen) return onClose()
    onChoosing(false)
  }
  const sides = [
    { key: 'document', title: t('byPeople') },
    { key: 'disk', title: t('byDisk') },
  ] as const
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (mayChoose && !isBusy) void accept()
      }}
    >
      {onStep !== undefined && (
        <div className="flex items-center gap-2">
          <span className="mr-auto text-12 text-muted">{place}</span>
          <Button type="button" onClick={() => onStep(-1)}>
            {t('previous')}
          </Button>
          <Button type="button" onClick={() => onStep(1)}>
            {t('next')}
          </Button>
        </div>
      )}
      <div className="grid gap-3 min-[900px]:grid-cols-2">
        {sides.map(({ key, title }) => (
          <section key={key} aria-label={title} className="grid min-w-0 gap-1">
            <h3 className="text-12 font-semibold">{title}</h3>
            <div className="h-40 overflow-hidden max-sm:h-64 rounded-sm border border-line">
              <DiffView
                path={info.path}
                original={{ label: t('base'), text: info.base }}
                modified={{ label: t(key), text: info[key] }}
              />
            </div>
          </section>
        ))}
      </div>
      {!mayChoose && (
        <p role="note" className="text-warning">
          {t('viewer')}
        </p>
      )}
      <div className="grid gap-1">
        <div className="flex flex-wrap items-center justify-between gap-2">
          <label htmlFor={id} className="text-12 font-semibold">
            {t(mayChoose ? 'result' : 'stands')}
          </label>
          {mayChoose && (
            <Segments
              label={t('result')}
              value={choice}
              options={CHOICES.map((value) => ({ value, label: t(`use.${value}`), title: t(`useLong.${value}`) }))}
              onChange={(next) => {
                setChoice(next)
                setOwn(null)
              }}
            />
          )}
        </div>
        <textarea
          id={id}
          rows={Math.min(10, Math.max(3, text.split('\n').length))}
          spellCheck={false}
          readOnly={!mayChoose}
          value={mayChoose ? text : now}
          onChange={(event) => setOwn({ text: event.target.value, over: own?.over ?? now })}
          className="w-full resize-y rounded-sm border border-control bg-surface p-2 font-mono text-12 whitespace-pre max-sm:whitespace-pre-wrap"
        />
        {own !== null && own.over !== now && (
          <div role="status" className="grid gap-1 text-12 text-warning">
            <p>{t('moved')}</p>
            <pre className="overflow-x-auto text-ink">{now}</pre>
          </div>
        )}
        {mayChoose && own === null && now !== info.merged && choice !== 'now' && (
          <p className="text-12 text-muted">{t('since')}</p>
        )}
      </div>
      <DialogActions className="">
        <Button type="button" onClick={onClose}>
          {t(mayChoose ? 'cancel' : 'close')}
        </Button>
        {mayChoose && (
          <Button kind="primary" type="submit" isBusy={isBusy}>
            {t('choose')}
          </Button>
        )}
      </DialogActions>
    </form>
  )
}
