export const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent)

/** How a key is written on this machine: `keyLabel('Mod+Shift+P')` is ⇧⌘P on a Mac, Ctrl+Shift+P elsewhere. */
export function keyLabel(keys: string, mac: boolean = isMac): string {
  const parts = keys.split('+')
  if (!mac) return parts.map((p) => (p === 'Mod' ? 'Ctrl' : p)).join('+')
  const symbols: Readonly<Record<string, string>> = {
    Mod: '⌘',
    Shift: '⇧',
    Alt: '⌥',
    Ctrl: '⌃',
    // As shortcuts call the modifier that is not the usual one.
    Other: '⌃',
    Enter: '↩',
    Escape: '⎋',
  }
  const order = ['Ctrl', 'Other', 'Alt', 'Shift', 'Mod']
  const modifiers = order.filter((m) => parts.includes(m))
  return [...modifiers, ...parts.filter((p) => !order.includes(p))].map((p) => symbols[p] ?? p).join('')
}

/**
 * True where a key press belongs to an input method that is still composing (behaviour 9). The Enter that ends
 * a Hangul syllable comes twice: once for the input method (229), once for the page.
 */
export const isComposingKey = (event: { readonly isComposing: boolean; readonly keyCode: number }): boolean =>
  event.isComposing || event.keyCode === 229
