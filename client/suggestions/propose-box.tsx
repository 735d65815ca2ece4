import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from 'react'
import { SUGGESTION_CHARS, SUGGESTION_TITLE_CHARS, type SuggestionInfo } from '#shared/api/suggestions.ts'
import { describeError } from '../platform/api-error.ts'
import { useLocale, useMessages } from '../platform/i18n.ts'
import { isComposingKey, keyLabel } from '../platform/keys.ts'
import { Button } from '../ui/button.tsx'
import { wherePassage } from './ask-box.tsx'
import { BoxFrame } from './box-frame.tsx'
import { keepDraft, readDraft } from './drafts.ts'
import type { Passage } from './editor-port.ts'
import { messages } from './locale.ts'
import { proposeEdit, rebase } from './propose.ts'
import type { Suggestions } from './suggestions.ts'

interface Props {
  suggestions: Suggestions
  passage: Passage
  /** the passage as it is now; null where its place is gone */
  readNow: () => string | null
  onClose: () => void
  onSuggested: (suggestion: SuggestionInfo) => void
}

/** A copy of some lines to edit, which goes to the team as a suggestion; the file stays as it is. */
export function ProposeBox({ suggestions, passage, readNow, onClose, onSuggested }: Props) {
  const t = useMessages(messages)
  const locale = useLocale()
  const hint = useId()
  const field = useRef<HTMLTextAreaElement>(null)
  const [base, setBase] = useState(passage.text)
  const [text, setText] = useState(() => readDraft(passage, passage.text).text)
  const [title, setTitle] = useState(() => readDraft(passage, passage.text).title)
  const [problem, setProblem] = useState<string | null>(null)
  const [isBusy, setBusy] = useState(false)
  const isTooLong = text.length > SUGGESTION_CHARS

  useLayoutEffect(() => {
    field.current?.focus({ preventScroll: true })
    field.current?.setSelectionRange(0, 0)
  }, [])

  useEffect(() => keepDraft(passage, { text, title }), [passage, text, title])

  const submit = async (): Promise<void> => {
    if (isBusy) return
    if (isTooLong) return setProblem(t('ask.tooLong', { max: SUGGESTION_CHARS.toLocaleString(locale) }))
    const rebased = rebase(base, text, readNow() ?? base)
    setBase(rebased.base)
    setText(rebased.mine)
    if (rebased.hasConflict) return setProblem(t('propose.conflict'))
    if (rebased.mine === rebased.base) return setProblem(t('propose.same'))
    setBusy(true)
    try {
      onSuggested(await proposeEdit(suggestions, passage, { ...rebased, title: title.trim() }))
    } catch (error) {
      setProblem(describeError(error))
    } finally {
      setBusy(false)
    }
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || isComposingKey(event.nativeEvent)) return
    event.preventDefault()
    void submit()
  }
  return (
    <BoxFrame label={t('propose.label', { where: wherePassage(passage) })} onEscape={onClose}>
      <form
        className="grid gap-2"
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        <textarea
          ref={field}
          aria-label={t('propose.text')}
          aria-describedby={hint}
          rows={Math.min(16, Math.max(2, text.split('\n').length))}
          spellCheck={false}
          autoCapitalize="off"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
          className="suggestion-code w-full resize-y rounded-sm border border-control bg-surface p-2 font-mono whitespace-pre"
        />
        <input
          aria-label={t('propose.why')}
          placeholder={t('propose.why')}
          maxLength={SUGGESTION_TITLE_CHARS}
          value={title}
          onChange={(event) => setTitle(event.target.value)}
          onKeyDown={onKeyDown}
          className="h-8 w-full rounded-sm border border-control bg-surface px-2 pointer-coarse:h-11"
        />
        {problem !== null && (
          <p role="alert" className="text-12 text-danger">
            {problem}
          </p>
        )}
        <span className="flex flex-wrap items-center gap-2">
          <span id={hint} className="min-w-40 flex-1 text-12 text-muted">
            {t('propose.hint', { key: keyLabel('Mod+Enter') })}
          </span>
          <Button onClick={onClose}>{t('propose.cancel')}</Button>
          <Button kind="primary" type="submit" isBusy={isBusy}>
            {t('propose.send')}
          </Button>
        </span>
      </form>
    </BoxFrame>
  )
}
