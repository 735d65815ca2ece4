const PREFIX = 'pairloom.'

/** A value kept on this device; null where there is none or the browser refuses storage. */
export function readStored(key: string): string | null {
  try {
    return localStorage.getItem(PREFIX + key)
  } catch {
    // Storage can be switched off; what is kept here is convenience only.
    return null
  }
}

/** Keeps a small value on this device. Never secrets, never edits: those live in IndexedDB. */
export function writeStored(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(PREFIX + key)
    else localStorage.setItem(PREFIX + key, value)
  } catch {
    // Full or switched off: the value lives until the page is left.
  }
}
