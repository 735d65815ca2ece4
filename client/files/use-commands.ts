import { useEffect } from 'react'
import { isComposingKey } from '../platform/keys.ts'
import type { Command } from './commands.ts'
import { ALIASES, pressedKeys } from './shortcuts.ts'
import type { Workbench } from './workbench.ts'

/** In an editor of a file, or where nothing has the focus. */
export const isInCode = (target: EventTarget | null): boolean =>
  target === document.body ||
  (target instanceof Element &&
    target.closest('.monaco-editor') !== null &&
    target.closest('.monaco-diff-editor') === null)

const isLetter = ({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean =>
  key.length === 1 && !ctrlKey && !metaKey && !altKey

/** Runs commands by their keys, before the editor or the browser would. */
export function useCommandKeys(bench: Workbench, listNow: () => readonly Command[]): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (isComposingKey(event) || event.repeat) return
      const { overlay, following } = bench.store.getState()
      const isInWidget =
        event.target instanceof Element &&
        event.target.closest('[role="dialog"], [role="menu"], .find-widget, .suggest-widget') !== null
      // Esc closes what is open first, and only then stops following.
      if (event.code === 'Escape' && following !== null && overlay === null && !isInWidget)
        bench.store.setState({ following: null })
      // What writes a letter is nobody's shortcut, and every key a person types comes by here.
      if (isLetter(event)) return
      const keys = pressedKeys(event)
      // Ctrl with a letter is the shell's, except on a Mac, where Cmd is ours.
      const isInShell = event.target instanceof Element && event.target.closest('.xterm') !== null
      if (isInShell && event.ctrlKey && !event.shiftKey && event.code.startsWith('Key')) return
      const wanted = ALIASES[keys] ?? keys
      const command = listNow().find((c) => c.keys === wanted)
      // Ctrl/Cmd-S must never open the browser's dialog, even where there is nothing to save.
      if (keys === 'Mod+KeyS') event.preventDefault()
      if (command?.isOfCode === true && !isInCode(event.target)) return
      if (command === undefined || (overlay !== null && command.id !== overlay)) return
      event.preventDefault()
      event.stopPropagation()
      command.run()
    }
    window.addEventListener('keydown', onKeyDown, { capture: true })
    return () => window.removeEventListener('keydown', onKeyDown, { capture: true })
  }, [bench, listNow])
}
