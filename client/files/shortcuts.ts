import { isMac } from '../platform/keys.ts'

interface Press {
  readonly code: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly shiftKey: boolean
  readonly altKey: boolean
}

/**
 * The name of a pressed shortcut, `Mod+Shift+KeyP`, by the key's place: with a Korean layout active `key` is ㅔ,
 * while `code` stays KeyP (behaviour 8).
 */
export function pressedKeys(event: Press, mac: boolean = isMac): string {
  const isMod = mac ? event.metaKey : event.ctrlKey
  const isOther = mac ? event.ctrlKey : event.metaKey
  return [isMod && 'Mod', isOther && 'Other', event.altKey && 'Alt', event.shiftKey && 'Shift', event.code]
    .filter((part) => part !== false)
    .join('+')
}

/** Second names of a command; the list shows only the first. */
export const ALIASES: Readonly<Record<string, string>> = { 'Mod+Shift+KeyP': 'F1' }
