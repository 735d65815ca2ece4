/**
 * A suggestion as it can be drawn at the caret. Before other text only one line fits, without what already stands
 * there; and a suggestion of nothing but blanks is none.
 */
export function fitToLine(suggestion: string, after: string): string {
  const text = suggestion.replaceAll(/\r\n?/g, '\n').toWellFormed()
  if (text.trim() === '') return ''
  if (after === '') return text.replace(/\n\s*$/, '')
  const line = text.slice(0, text.includes('\n') ? text.indexOf('\n') : text.length)
  for (let shared = Math.min(line.length, after.length); shared > 0; shared--)
    if (line.endsWith(after.slice(0, shared))) return line.slice(0, line.length - shared)
  return line
}
