const KEEP_MS = 10_000

/** Gives the browser a text to save under this name. */
export function downloadText(text: string, name: string, type = 'text/plain'): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The browser reads it after the click; revoked at once it would find nothing.
  setTimeout(() => URL.revokeObjectURL(url), KEEP_MS)
}
