import { useQuery } from '@tanstack/react-query'
import { useId, useMemo, useState } from 'react'
import { useStore } from 'zustand'
import type { AnchoredRange, SuggestionInfo } from '#shared/api/suggestions.ts'
import { common } from '../platform/common.ts'
import { useMessages } from '../platform/i18n.ts'
import { Button } from '../ui/button.tsx'
import { cx } from '../ui/class-names.ts'
import { Dialog, DialogActions } from '../ui/dialog.tsx'
import { Notice } from '../ui/notice.tsx'
import { TextField } from '../ui/text-field.tsx'
import { applyCode, type ApplyPlace, listFiles } from './apply.ts'
import type { ApplyRequest } from './apply-request.ts'
import { messages } from './locale.ts'
import type { Suggestions } from './suggestions.ts'
import { nameOfFile } from './summary.ts'

interface Props {
  suggestions: Suggestions
  /** the file that is in front */
  path: string | null
  onOpenFile: ((path: string) => void) | null
  onSuggested: (made: SuggestionInfo) => void
}

const SHOWN_MAX = 50

/** From a block of code in a chat to a suggestion: which file, and where in it. */
export function ApplyDialog(props: Props) {
  const t = useMessages(messages)
  const request = useStore(props.suggestions.store, (s) => s.apply)
  if (request === null) return null
  const close = (): void => props.suggestions.store.setState({ apply: null })
  return (
    <Dialog title={t('apply.title')} description={t('apply.body')} isOpen onOpenChange={(isOpen) => !isOpen && close()}>
      <ApplyForm key={request.messageId + request.code} {...props} request={request} onClose={close} />
    </Dialog>
  )
}

interface FormProps extends Props {
  request: ApplyRequest
  onClose: () => void
}

function ApplyForm({ suggestions, path: inFront, onOpenFile, onSuggested, request, onClose }: FormProps) {
  const t = useMessages(messages)
  const list = useId()
  const [query, setQuery] = useState('')
  const [picked, setPicked] = useState<string | null>(null)
  const [needsPlace, setNeedsPlace] = useState(request.needsPlace)
  const [problem, setProblem] = useState<string | null>(null)
  const [isBusy, setBusy] = useState(false)
  const files = useQuery({
    queryKey: ['suggestions', suggestions.workspaceId, 'files'],
    queryFn: () => listFiles(suggestions.workspaceId),
    throwOnError: false,
  }).data
  const shown = useMemo(() => {
    const first = [...request.likely, ...(inFront === null ? [] : [inFront])]
    const wanted = query.normalize('NFC').toLowerCase()
    const all = [...new Set([...first, ...(files ?? [])])]
    return all.filter((one) => one.normalize('NFC').toLowerCase().includes(wanted)).slice(0, SHOWN_MAX)
  }, [request.likely, inFront, files, query])
  // What is typed leads to the first that fits, until one is picked.
  const first = query === '' ? (request.likely[0] ?? inFront) : (shown[0] ?? null)
  const file = picked !== null && shown.includes(picked) ? picked : first
  const editor = suggestions.editorOf(file)

  const apply = async (target: string, place: ApplyPlace): Promise<void> => {
    if (isBusy) return
    setBusy(true)
    setProblem(null)
    const outcome = await applyCode(suggestions, request, target, place)
    setBusy(false)
    switch (outcome.status) {
      case 'suggested':
        onClose()
        return onSuggested(outcome.suggestion)
      case 'place_needed':
        return setNeedsPlace(true)
      case 'unchanged':
        return setProblem(t('apply.unchanged', { file: nameOfFile(target) }))
      case 'failed':
        return setProblem(outcome.sentence)
    }
  }
  const notice = problem !== null && <Notice tone="error">{problem}</Notice>
  if (needsPlace && file !== null) {
    const exact: AnchoredRange | null = editor?.exactRange() ?? null
    const isSelected = editor?.hasSelection() === true
    return (
      <div className="grid gap-3">
        <h3 className="font-semibold">{t('apply.placeTitle', { file: nameOfFile(file) })}</h3>
        <p className="text-muted">{t('apply.placeBody')}</p>
        {notice}
        <DialogActions className="">
          <Button isBusy={isBusy} onClick={() => void apply(file, { type: 'whole' })}>
            {t('apply.whole')}
          </Button>
          {exact !== null ? (
            <Button kind="primary" isBusy={isBusy} onClick={() => void apply(file, { type: 'range', range: exact })}>
              {t(isSelected ? 'apply.atSelection' : 'apply.atCaret')}
            </Button>
          ) : (
            onOpenFile !== null && (
              <Button
                onClick={() => {
                  onClose()
                  onOpenFile(file)
                }}
              >
                {t('apply.openFirst')}
              </Button>
            )
          )}
        </DialogActions>
        {exact === null && <p className="text-12 text-muted">{t('apply.openHint')}</p>}
      </div>
    )
  }
  return (
    <form
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        if (file !== null) void apply(file, { type: 'auto' })
      }}
    >
      <TextField
        label={t('apply.search')}
        value={query}
        onChange={(event) => {
          setQuery(event.target.value)
          setPicked(null)
        }}
      />
      {shown.length === 0 ? (
        <p role="status" className="text-muted">
          {t('apply.none')}
        </p>
      ) : (
        <fieldset className="max-h-[40dvh] overflow-y-auto rounded-sm border border-line">
          <legend className="sr-only">{t('apply.file')}</legend>
          {shown.map((one) => (
            <label
              key={one}
              className={cx(
                'flex min-h-7 items-center gap-2 px-2 hover:bg-hover pointer-coarse:min-h-11',
                one === file && 'bg-active',
              )}
            >
              <input type="radio" name={list} checked={one === file} onChange={() => setPicked(one)} />
              <span className="min-w-0 truncate">{one}</span>
            </label>
          ))}
        </fieldset>
      )}
      {notice}
      <DialogActions className="">
        <Button onClick={onClose}>{common.t('action.cancel')}</Button>
        <Button kind="primary" type="submit" isBusy={isBusy} disabled={file === null}>
          {t('apply.send')}
        </Button>
      </DialogActions>
    </form>
  )
}
