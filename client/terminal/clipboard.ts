import { isMac, keyLabel } from '../platform/keys.ts'
import { showToast } from '../ui/toast.ts'
import { messages } from './locale.ts'

const keys = (letter: string): string => keyLabel(isMac ? `Mod+${letter}` : `Mod+Shift+${letter}`)

/** Puts a selection on the clipboard; where the browser refuses, says which key does it. */
export async function copySelection(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
  } catch {
    // Denied, or a page without a secure origin: only the key's own event may copy.
    showToast({ text: messages.t('copyByKey', { keys: keys('C') }) })
  }
}

/** What is on the clipboard; null where the browser refuses, after saying which key pastes. */
export async function readClipboard(): Promise<string | null> {
  try {
    return await navigator.clipboard.readText()
  } catch {
    // As above.
    showToast({ text: messages.t('pasteByKey', { keys: keys('V') }) })
    return null
  }
}
