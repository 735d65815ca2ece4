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
  readonly isOfCode: true
  readonly run: () => void
}

const say = (text: string): void => void showToast({ text, timeoutMs: 4_000 })

/** Asks AI about the selected lines, or offers them for another version. */
export function openBox(suggestions: Suggestions, editor: EditorPort, type: 'ask' | 'propose'): void {
  const passage = editor.passage(type === 'ask' ? 'whole' : 'line')
  if (passage === null) return say(messages.t('ask.notReady'))
  suggestions.noteFocus(editor)
  suggestions.store.setState({ box: { type, passage } })
}

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
        return say(t('decideAgain'))
      }
      const suggestion = knownSuggestion(suggestions.workspaceId, key.suggestionId, editor.documentId)
      if (suggestion === null) return
      const act = verb === 'accept' ? acceptHunks : rejectHunks
      void act(suggestions, suggestion, isWhole ? null : [key.position])
    })
  const open = (type: 'ask' | 'propose') => withEditor((editor) => openBox(suggestions, editor, type))
  const command = (id: string, label: string, keys: string, run: () => void): SuggestionCommand => ({
    id,
    label,
    keys,
    isOfCode: true,
    run,
  })
  return [
    command('nextHunk', t('command.next'), 'F7', step(1)),
    command('previousHunk', t('command.previous'), 'Shift+F7', step(-1)),
    command('acceptHunk', t('command.accept'), 'F9', decide('accept', false)),
    command('rejectHunk', t('command.reject'), 'Shift+F9', decide('reject', false)),
    command('acceptSuggestion', t('command.acceptAll'), 'Mod+F9', decide('accept', true)),
    command('rejectSuggestion', t('command.rejectAll'), 'Mod+Shift+F9', decide('reject', true)),
    command('askAi', t('command.ask'), 'Mod+KeyI', open('ask')),
    command('propose', t('command.propose'), 'Alt+KeyI', open('propose')),
  ]
}
