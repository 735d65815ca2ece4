import type { Terminal } from '@xterm/xterm'
import { lastLines } from './last-lines.ts'

/** So many lines tell what just happened; who needs others selects them. */
const LINES = 200

interface Shown {
  readonly name: () => string
  readonly terminal: Terminal
}

let shown: Shown | null = null

/** The view of a terminal says that it is the one on the page; the answer takes that back. */
export function setShownTerminal(view: Shown): () => void {
  shown = view
  return () => {
    if (shown === view) shown = null
  }
}

/** What the terminal on the page says: its selection, else its last lines; null where there is none, or it is empty. */
export function readShownTerminal(): { readonly name: string; readonly text: string } | null {
  if (shown === null) return null
  const text = shown.terminal.hasSelection()
    ? shown.terminal.getSelection()
    : lastLines(shown.terminal.buffer.active, LINES)
  return text.trim() === '' ? null : { name: shown.name(), text: text.replaceAll('\0', '').toWellFormed() }
}
