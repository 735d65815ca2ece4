import { FileDiff } from 'lucide-react'
import { lazy, Suspense, useCallback, useEffect, useMemo, useState } from 'react'
import { useStore } from 'zustand'
import type { SuggestionInfo } from '#shared/api/suggestions.ts'
import type { ApplyCode } from '../chat/tools.ts'
import type { IdeContext, IdeSlots, Slot } from '../files/slots.ts'
import { useMessages } from '../platform/i18n.ts'
import { roleAllows } from '../platform/roles.ts'
import { beginApply } from '../suggestions/apply.ts'
import { tellSuggested } from '../suggestions/ask.ts'
import { suggestionCommands } from '../suggestions/commands.ts'
import { likelyFiles } from '../suggestions/likely-files.ts'
import { messages } from '../suggestions/locale.ts'
import { createSuggestions, type Suggestions } from '../suggestions/suggestions.ts'

// With the editor, which the lists and the chat do not need.
const Inside = lazy(() => import('../suggestions/inside.tsx').then((m) => ({ default: m.Inside })))
const SuggestionsPanel = lazy(() => import('../suggestions/panel.tsx').then((m) => ({ default: m.SuggestionsPanel })))
const SuggestionDialogs = lazy(() =>
  import('../suggestions/dialogs.tsx').then((m) => ({ default: m.SuggestionDialogs })),
)

/** Goes to a hunk in its file, as soon as an editor shows it. */
function showHunk(
  suggestions: Suggestions,
  ide: IdeContext,
  path: string,
  key: { suggestionId: string; position: number },
  line: number | null,
): void {
  suggestions.store.setState({ current: key })
  const editor = suggestions.editorOf(path)
  if (editor !== null && ide.path === path) editor.goTo(key)
  else ide.openFile(path, line)
}

/** Suggestions in their places of the IDE: inside the editors, a list in the dock, dialogs, the palette. */
export function useSuggestionSlots(workspaceId: string): Required<Pick<IdeSlots, 'inEditor' | 'over' | 'commands'>> & {
  readonly dock: Slot
  readonly applyIn: (ide: IdeContext) => ApplyCode | null
} {
  const t = useMessages(messages)
  const [suggestions] = useState(() => createSuggestions(workspaceId))
  useEffect(() => suggestions.watch(), [suggestions])
  const isOpen = useStore(suggestions.store, (s) => s.isOpen)
  const applyIn = useCallback(
    (ide: IdeContext) => (suggestions.store.getState().rights.mayAsk ? applyWith(suggestions, ide) : null),
    [suggestions],
  )
  return useMemo(
    () => ({
      applyIn,
      dock: {
        label: t('toggle'),
        icon: FileDiff,
        keys: 'Mod+Alt+KeyS',
        isOpen,
        setOpen: suggestions.setOpen,
        isFor: (role) => roleAllows(role, 'workspace.discuss'),
        render: (ide: IdeContext) => (
          <Suspense fallback={null}>
            <SuggestionsPanel
              suggestions={suggestions}
              onShow={({ id, path }, position, line) =>
                showHunk(suggestions, ide, path, { suggestionId: id, position }, line)
              }
            />
          </Suspense>
        ),
      },
      inEditor: (ide, mounted) => (
        <Suspense fallback={null}>
          <Inside suggestions={suggestions} mounted={mounted} path={ide.path} />
        </Suspense>
      ),
      over: (ide) => <Dialogs suggestions={suggestions} ide={ide} />,
      commands: (ide) => suggestionCommands(suggestions, ide.path),
    }),
    [t, suggestions, isOpen, applyIn],
  )
}

function Dialogs({ suggestions, ide }: { suggestions: Suggestions; ide: IdeContext }) {
  useEffect(() => suggestions.setPerson(ide.meId, ide.role), [suggestions, ide.meId, ide.role])
  useEffect(() => suggestions.setWhenSaved(ide.whenSaved), [suggestions, ide.whenSaved])
  return (
    <Suspense fallback={null}>
      <SuggestionDialogs
        suggestions={suggestions}
        path={ide.path}
        onOpenFile={(path) => ide.openFile(path, null)}
        onSuggested={(made) => showMade(suggestions, ide, made)}
      />
    </Suspense>
  )
}

function showMade(suggestions: Suggestions, ide: IdeContext, made: SuggestionInfo): void {
  const { t } = messages
  const [first] = made.hunks
  tellSuggested('apply', made, {
    label: t('apply.show'),
    run: () => {
      if (first === undefined) return
      const key = { suggestionId: made.id, position: first.position }
      showHunk(suggestions, ide, made.path, key, first.fromLine)
    },
  })
}

function applyWith(suggestions: Suggestions, ide: IdeContext): ApplyCode {
  return ({ chatId, messageId, code, ...clues }) => {
    const { files, isClear } = likelyFiles({ ...clues, path: ide.path, hasFile: ide.hasFile })
    void beginApply(suggestions, { chatId, messageId, code, likely: files }, isClear, (made) =>
      showMade(suggestions, ide, made),
    )
  }
}
