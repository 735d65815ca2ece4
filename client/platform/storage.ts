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

/** A value kept for this window alone, over reloads; null as above. */
export function readWindowStored(key: string): string | null {
  try {
    return sessionStorage.getItem(PREFIX + key)
  } catch {
    return null
  }
}

/** Keeps a value on this device and for this window: another window then has its own, and a new one the last. */
export function writeWindowStored(key: string, value: string | null): void {
  writeStored(key, value)
  try {
    if (value === null) sessionStorage.removeItem(PREFIX + key)
    else sessionStorage.setItem(PREFIX + key, value)
  } catch {
    // As above.
  }
}

/** Removes every value whose key begins so, from this device and this window. */
export function forgetStored(prefix: string): void {
  try {
    for (const storage of [localStorage, sessionStorage])
      for (const key of Object.keys(storage)) if (key.startsWith(PREFIX + prefix)) storage.removeItem(key)
  } catch {
    // Where there is no storage nothing was kept.
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
