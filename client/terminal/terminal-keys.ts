import { isMac } from '../platform/keys.ts'

export type TerminalKey = 'copy' | 'paste' | 'find' | 'menu' | 'shell'

interface Press {
  readonly code: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly shiftKey: boolean
  readonly altKey: boolean
}

/**
 * Whom a key in a terminal is for. Ctrl-C copies a selection and else interrupts; pasting is left to the browser, which
 * alone may read the clipboard; Tab is the shell's, so that shortcuts of the page lead out of the terminal.
 */
export function terminalKey(press: Press, hasSelection: boolean, mac: boolean = isMac): TerminalKey {
  const { code, ctrlKey, metaKey, shiftKey, altKey } = press
  if (altKey) return 'shell'
  if (code === 'ContextMenu' || (code === 'F10' && shiftKey && !ctrlKey && !metaKey)) return 'menu'
  const isCommand = mac ? metaKey && !ctrlKey : ctrlKey && shiftKey && !metaKey
  if (isCommand && code === 'KeyC') return 'copy'
  if (isCommand && code === 'KeyV') return 'paste'
  if (isCommand && code === 'KeyF') return 'find'
  if (!mac && ctrlKey && !metaKey && !shiftKey && code === 'KeyC' && hasSelection) return 'copy'
  if (!mac && ctrlKey && !metaKey && !shiftKey && code === 'KeyV') return 'paste'
  return 'shell'
}
