const SHOWN_LINES = 12

/** Lines of a paste as a shell would take them; one with a single line needs no preview. */
export function pastedLines(text: string): string[] {
  const lines = text.replaceAll('\r\n', '\n').replaceAll('\r', '\n').split('\n')
  // The last line's own end starts no other.
  return lines.at(-1) === '' && lines.length > 1 ? lines.slice(0, -1) : lines
}

/** A paste that a shell may run before anyone read it. */
export const needsPreview = (text: string): boolean => /[\r\n]/.test(text)

/** Characters that are not drawn, or that turn the order of others around. */
const HIDDEN = /[\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu

/** What the preview shows, and how many lines more there are. What would hide is made visible. */
export function previewOf(text: string): { shown: string; more: number } {
  const lines = pastedLines(text)
  const shown = lines
    .slice(0, SHOWN_LINES)
    .join('\n')
    // oxlint-disable-next-line no-control-regex -- these are what must not hide
    .replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f]/g, (c) => String.fromCharCode(0x2400 + (c.charCodeAt(0) & 0x1f)))
    .replaceAll(HIDDEN, (c) => `<U+${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}>`)
  return { shown, more: Math.max(0, lines.length - SHOWN_LINES) }
}
