import { Check, MoreHorizontal, Undo2, X } from 'lucide-react'
import { useStore } from 'zustand'
import type { HunkInfo, SuggestionInfo } from '#shared/api/suggestions.ts'
import { useMessages } from '../platform/i18n.ts'
import { keyLabel } from '../platform/keys.ts'
import { Button } from '../ui/button.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { Menu, type MenuEntry } from '../ui/menu.tsx'
import { acceptHunks, rejectHunks, undoHunks, withdraw } from './decide.ts'
import { messages } from './locale.ts'
import type { Suggestions } from './suggestions.ts'
import { hunkId, openHunks } from './summary.ts'

interface Props {
  suggestions: Suggestions
  suggestion: SuggestionInfo
  hunk: HunkInfo
  isConflict: boolean
  /** shows the keys that do the same */
  hasKeys?: boolean
  onShowInList?: () => void
}

/** What can be done with a suggestion as a whole. */
export function suggestionMenu(
  suggestions: Suggestions,
  suggestion: SuggestionInfo,
  more: MenuEntry[] = [],
): MenuEntry[] {
  const { t } = messages
  const { rights } = suggestions.store.getState()
  const isOpen = openHunks(suggestion).length > 0
  const isAccepted = suggestion.hunks.some((hunk) => hunk.status === 'accepted' && hunk.decidedBy?.id === rights.meId)
  return [
    ...(isOpen
      ? [
          {
            type: 'item' as const,
            label: t('hunk.acceptAll'),
            icon: Check,
            run: () => void acceptHunks(suggestions, suggestion, null),
          },
          {
            type: 'item' as const,
            label: t('hunk.rejectAll'),
            icon: X,
            run: () => void rejectHunks(suggestions, suggestion, null),
          },
        ]
      : []),
    ...(isAccepted
      ? [
          {
            type: 'item' as const,
            label: t('hunk.undoAll'),
            icon: Undo2,
            run: () => void undoHunks(suggestions, suggestion, null),
          },
        ]
      : []),
    ...(isOpen && suggestion.requester?.id === rights.meId
      ? [{ type: 'item' as const, label: t('hunk.withdraw'), run: () => void withdraw(suggestions, suggestion) }]
      : []),
    ...more,
  ]
}

/** Accept, Reject, Undo, and the rest in a menu; whose role does not allow it is told why on pressing. */
export function HunkActions({ suggestions, suggestion, hunk, isConflict, hasKeys = false, onShowInList }: Props) {
  const t = useMessages(messages)
  const mayDecide = useStore(suggestions.store, (s) => s.rights.mayDecide)
  const isBusy = useStore(suggestions.store, (s) =>
    s.busy.has(hunkId({ suggestionId: suggestion.id, position: hunk.position })),
  )
  const positions = [hunk.position]
  const entries = suggestionMenu(
    suggestions,
    suggestion,
    onShowInList === undefined ? [] : [{ type: 'item', label: t('hunk.showInList'), run: onShowInList }],
  )
  return (
    <span className="flex shrink-0 items-center gap-1">
      {hunk.status === 'open' && (
        <>
          <Button
            kind={isConflict || !mayDecide ? 'secondary' : 'primary'}
            isBusy={isBusy}
            onClick={() => void acceptHunks(suggestions, suggestion, positions)}
          >
            {t(isConflict ? 'hunk.compare' : 'hunk.accept')}
            {hasKeys && <kbd className="font-sans text-12 font-normal">F9</kbd>}
          </Button>
          <Button isBusy={isBusy} onClick={() => void rejectHunks(suggestions, suggestion, positions)}>
            {t('hunk.reject')}
            {hasKeys && <kbd className="font-sans text-12 text-muted">{keyLabel('Shift+F9')}</kbd>}
          </Button>
        </>
      )}
      {hunk.status === 'accepted' && (
        <Button isBusy={isBusy} onClick={() => void undoHunks(suggestions, suggestion, positions)}>
          {t('hunk.undo')}
        </Button>
      )}
      {entries.length > 0 && (
        <Menu trigger={<IconButton icon={MoreHorizontal} label={t('hunk.more')} />} entries={entries} />
      )}
    </span>
  )
}
