import { keyLabel } from '../platform/keys.ts'
import { announce } from '../ui/announcer.ts'
import { showToast } from '../ui/toast.ts'
import { acceptHunks, explainRole, rejectHunks } from './decide.ts'
import type { EditorPort } from './editor-port.ts'
import { messages } from './locale.ts'
import { knownSuggestion } from './queries.ts'
import type { Suggestions } from './suggestions.ts'

/** A command as the IDE lists it. */
interface SuggestionCommand {
  readonly id: string
  readonly label: string
  readonly keys: string
  readonly run: () => void
}

const say = (text: string): void => void showToast({ text, timeoutMs: 4_000 })

/** What can be done about suggestions in the file at this path; keys that browsers do not keep for themselves. */
export function suggestionCommands(suggestions: Suggestions, path: string | null): SuggestionCommand[] {
  const { t } = messages
  const { rights } = suggestions.store.getState()
  if (path === null || !rights.mayPropose) return []
  const withEditor = (act: (editor: EditorPort) => void) => () => {
    const editor = suggestions.editorOf(path)
    if (editor === null) announce(t('ask.notReady'))
    else act(editor)
  }
  const step = (by: 1 | -1) =>
    withEditor((editor) => {
      if (editor.step(by) === null) say(t('noHunks'))
    })
  const decide = (verb: 'accept' | 'reject', isWhole: boolean) =>
    withEditor((editor) => {
      if (!rights.mayDecide) return explainRole()
      const key = editor.hunkAtCaret()
      if (key === null) {
        // Where somebody would decide blindly, they are led there first.
        if (editor.step(1) === null) return say(t('noHunks'))
        return say(t('goFirst', { key: keyLabel('F7') }))
      }
      const suggestion = knownSuggestion(suggestions.workspaceId, key.suggestionId, editor.documentId)
      if (suggestion === null) return
      const act = verb === 'accept' ? acceptHunks : rejectHunks
      void act(suggestions, suggestion, isWhole ? null : [key.position])
    })
  const openBox = (type: 'ask' | 'propose') =>
    withEditor((editor) => {
      const passage = editor.passage(type === 'ask' ? 'whole' : 'line')
      if (passage === null) say(t('ask.notReady'))
      else {
        suggestions.noteFocus(editor)
        suggestions.store.setState({ box: { type, passage } })
      }
    })
  return [
    { id: 'nextHunk', label: t('command.next'), keys: 'F7', run: step(1) },
    { id: 'previousHunk', label: t('command.previous'), keys: 'Shift+F7', run: step(-1) },
    { id: 'acceptHunk', label: t('command.accept'), keys: 'F9', run: decide('accept', false) },
    { id: 'rejectHunk', label: t('command.reject'), keys: 'Shift+F9', run: decide('reject', false) },
    { id: 'acceptSuggestion', label: t('command.acceptAll'), keys: 'Mod+F9', run: decide('accept', true) },
    { id: 'rejectSuggestion', label: t('command.rejectAll'), keys: 'Mod+Shift+F9', run: decide('reject', true) },
    { id: 'askAi', label: t('command.ask'), keys: 'Mod+KeyI', run: openBox('ask') },
    { id: 'propose', label: t('command.propose'), keys: 'Alt+KeyI', run: openBox('propose') },
  ]
}
