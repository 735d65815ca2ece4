import { useQuery } from '@tanstack/react-query'
import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { INSTRUCTION_CHARS, SUGGESTION_CHARS } from '#shared/api/suggestions.ts'
import { api } from '../platform/api.ts'
import { useLocale, useMessages } from '../platform/i18n.ts'
import { isComposingKey } from '../platform/keys.ts'
import { announce } from '../ui/announcer.ts'
import { AiMark } from '../ui/ai-mark.tsx'
import { Button } from '../ui/button.tsx'
import { type AskOutcome, askAi } from './ask.ts'
import { BoxFrame } from './box-frame.tsx'
import { keepDraft, readDraft } from './drafts.ts'
import type { Passage } from './editor-port.ts'
import { messages } from './locale.ts'
import type { Suggestions } from './suggestions.ts'

interface Props {
  suggestions: Suggestions
  passage: Passage
  onClose: () => void
  onSuggested: (outcome: AskOutcome) => void
}

const TAIL_LINES = 6

export const wherePassage = ({ range, fromLine, toLine }: Passage): string =>
  range === null
    ? messages.t('ask.whole')
    : fromLine === toLine
      ? messages.t('ask.line', { from: fromLine })
      : messages.t('ask.lines', { from: fromLine, to: toLine })

/** Where one tells AI what to change: what it costs, what it writes, and how to stop it. */
export function AskBox({ suggestions, passage, onClose, onSuggested }: Props) {
  const t = useMessages(messages)
  const locale = useLocale()
  const hint = useId()
  const field = useRef<HTMLTextAreaElement>(null)
  const [text, setText] = useState(() => readDraft(passage, '').text)
  const [model, setModel] = useState<string | null>(null)
  const [written, setWritten] = useState<string | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const running = useRef<AbortController | null>(null)
  const mayAsk = useStore(suggestions.store, (s) => s.rights.mayAsk)
  const status = useQuery({
    queryKey: ['ai', 'status'],
    queryFn: () => api.ai.status.query(),
    throwOnError: false,
  }).data
  const models = status?.status === 'ready' ? status.chatModels : []
  const isConfigured = status === undefined || models.length > 0
  const isTooLong = passage.text.length > SUGGESTION_CHARS
  const reason = !mayAsk
    ? t('ask.viewer')
    : !isConfigured
      ? t('ask.notConfigured')
      : isTooLong
        ? t('ask.tooLong', { max: SUGGESTION_CHARS.toLocaleString(locale) })
        : null
  const isWorking = written !== null

  useLayoutEffect(() => field.current?.focus({ preventScroll: true }), [])
  useEffect(() => keepDraft(passage, { text, title: '' }), [passage, text])
  useEffect(() => {
    if (problem !== null) announce(problem)
  }, [problem])

  const submit = async (): Promise<void> => {
    const instruction = text.trim()
    if (running.current !== null || instruction === '' || reason !== null) return
    const controller = new AbortController()
    running.current = controller
    setProblem(null)
    setWritten('')
    announce(t('ask.working'))
    const outcome = await askAi(
      suggestions,
      passage,
      { instruction, model },
      { signal: controller.signal, onText: setWritten },
    )
    running.current = null
    setWritten(null)
    if (outcome.status === 'suggested') onSuggested(outcome)
    else setProblem(outcome.sentence)
  }
  const cancel = (): void => {
    // The first Escape stops AI, the next closes the box with what was asked.
    if (running.current === null) return onClose()
    running.current.abort()
    field.current?.focus()
  }
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.key !== 'Enter' || event.shiftKey || isComposingKey(event.nativeEvent)) return
    event.preventDefault()
    void submit()
  }
  return (
    <BoxFrame label={t('ask.label', { where: wherePassage(passage) })} onEscape={cancel}>
      <form
        className="grid gap-2"
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        <span className="flex items-start gap-2">
          <AiMark label={t('ai')} />
          <textarea
            ref={field}
            aria-label={t('ask.label', { where: wherePassage(passage) })}
            aria-describedby={hint}
            rows={Math.min(6, Math.max(1, text.split('\n').length))}
            maxLength={INSTRUCTION_CHARS}
            value={text}
            placeholder={t('ask.placeholder')}
            readOnly={isWorking}
            disabled={!mayAsk}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={onKeyDown}
            className="min-h-8 w-full resize-none rounded-sm border border-control bg-surface px-2 py-1.5 placeholder:text-muted disabled:opacity-55"
          />
        </span>
        {isWorking && <Written text={written} />}
        {problem !== null && <p className="text-12 text-danger">{problem}</p>}
        <span className="flex flex-wrap items-center gap-2">
          {models.length > 1 && (
            <select
              aria-label={t('ask.model')}
              value={model ?? models[0]}
              disabled={isWorking}
              onChange={(event) => setModel(event.target.value)}
              className="h-7 max-w-40 truncate rounded-sm border border-control bg-surface px-1 pointer-coarse:h-11"
            >
              {models.map((one) => (
                <option key={one}>{one}</option>
              ))}
            </select>
          )}
          <span id={hint} className="min-w-40 flex-1 text-12 text-muted">
            {reason ?? (isWorking ? t('ask.working') : t('ask.pays'))}
          </span>
          <Button onClick={cancel}>{t('ask.cancel')}</Button>
          <Button kind="primary" type="submit" isBusy={isWorking} disabled={reason !== null}>
            {t('ask.send')}
          </Button>
        </span>
      </form>
    </BoxFrame>
  )
}

/** The end of what AI has written so far. */
function Written({ text }: { text: string }) {
  const t = useMessages(messages)
  const tail = text.split('\n').slice(-TAIL_LINES).join('\n')
  return (
    <pre
      aria-label={t('ask.soFar')}
      className="max-h-32 min-h-6 overflow-hidden rounded-sm bg-side p-1 font-mono text-12 whitespace-pre-wrap text-muted"
    >
      {tail}
    </pre>
  )
}
