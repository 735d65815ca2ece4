import { keyLabel } from '../platform/keys.ts'
import { showToast } from '../ui/toast.ts'
import { messages } from './locale.ts'

/**
 * Puts a selection on the clipboard. Where the page may not by itself, as without a secure origin, the browser is asked
 * to copy as if the person had chosen it; where it refuses that too, says which key does it.
 */
export async function copySelection(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
  } catch {
    if (!copyAsChosen(text)) showToast({ text: messages.t('copyByKey', { keys: keyLabel('Mod+C') }) })
  }
}

/** The browser's own command, which works on any origin while a key or a click is being handled. */
function copyAsChosen(text: string): boolean {
  const before = document.activeElement
  const field = document.createElement('textarea')
  field.value = text
  field.setAttribute('aria-hidden', 'true')
  field.style.cssText = 'position:fixed;inset:0 auto auto 0;opacity:0'
  document.body.append(field)
  field.select()
  try {
    return document.execCommand('copy')
  } finally {
    field.remove()
    if (before instanceof HTMLElement) before.focus()
  }
}

/** What is on the clipboard; null where the browser refuses, after saying which key pastes. */
export async function readClipboard(): Promise<string | null> {
  try {
    return await navigator.clipboard.readText()
  } catch {
    // Denied, or a page without a secure origin: only the key's own event may read.
    showToast({ text: messages.t('pasteByKey', { keys: keyLabel('Mod+V') }) })
    return null
  }
}
