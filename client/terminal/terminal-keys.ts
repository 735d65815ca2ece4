import { isMac } from '../platform/keys.ts'

export type TerminalKey = 'copy' | 'paste' | 'find' | 'leave' | 'shell'

interface Press {
  readonly code: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly shiftKey: boolean
  readonly altKey: boolean
}

/**
 * Whom a key in a terminal is for. Ctrl-C copies a selection and else interrupts; pasting is left to the browser, which
 * alone may read the clipboard; Ctrl-Shift-Escape leads out of the terminal, since Tab is the shell's.
 */
export function terminalKey(press: Press, hasSelection: boolean, mac: boolean = isMac): TerminalKey {
  const { code, ctrlKey, metaKey, shiftKey, altKey } = press
  if (altKey) return 'shell'
  const isCommand = mac ? metaKey && !ctrlKey : ctrlKey && shiftKey && !metaKey
  if (isCommand && code === 'KeyC') return 'copy'
  if (isCommand && code === 'KeyV') return 'paste'
  if (isCommand && code === 'KeyF') return 'find'
  if (!mac && ctrlKey && !metaKey && !shiftKey && code === 'KeyC' && hasSelection) return 'copy'
  if (!mac && ctrlKey && !metaKey && !shiftKey && code === 'KeyV') return 'paste'
  if (ctrlKey && shiftKey && code === 'Escape') return 'leave'
  return 'shell'
}
