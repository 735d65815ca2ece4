import { useEffect } from 'react'
import type { SuggestionSummary } from '#shared/api/suggestions.ts'
import { useMessages } from '../platform/i18n.ts'
import { SuggestionDialogs } from './dialogs.tsx'
import { messages } from './locale.ts'
import { SuggestionsPanel } from './panel.tsx'
import type { Suggestions } from './suggestions.ts'

interface Props {
  suggestions: Suggestions
  /** the page of the file, at this line */
  onShow: (summary: SuggestionSummary, line: number | null) => void
}

/** A workspace's suggestions on a page of their own, without the editor: for phones, and for a quick look. */
export function SuggestionsPage({ suggestions, onShow }: Props) {
  const t = useMessages(messages)
  useEffect(() => {
    document.title = t('pageTitle')
  }, [t])
  return (
    <div className="mx-auto flex h-[calc(100dvh-48px)] w-full max-w-[880px] flex-col">
      <h1 className="sr-only">{t('title')}</h1>
      <SuggestionsPanel suggestions={suggestions} onShow={(summary, _position, line) => onShow(summary, line)} />
      <SuggestionDialogs suggestions={suggestions} path={null} onOpenFile={null} onSuggested={() => undefined} />
    </div>
  )
}
