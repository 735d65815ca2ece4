import type { SuggestionInfo } from '#shared/api/suggestions.ts'
import { useMessages } from '../platform/i18n.ts'
import { Avatar } from '../ui/avatar.tsx'
import { AiMark } from '../ui/ai-mark.tsx'
import { messages } from './locale.ts'
import { describeAuthor } from './summary.ts'

/** Who proposes: a person in their colour, or AI, dashed, with who asked it. */
export function AuthorMark({ suggestion }: { suggestion: Pick<SuggestionInfo, 'source' | 'requester'> }) {
  const t = useMessages(messages)
  const { source, requester } = suggestion
  const name = requester?.name ?? t('someone')
  return (
    <span className="inline-flex min-w-0 items-center gap-1.5">
      {source === 'ai' ? (
        <AiMark label={t('ai')} size="small" />
      ) : (
        <Avatar name={name} color={requester?.color ?? 0} size="small" isDecorative />
      )}
      <span className="truncate font-semibold">{describeAuthor(suggestion)}</span>
    </span>
  )
}
