/** A file that is being named: `@` and what was typed after it, up to the caret. */
export interface Mention {
  readonly query: string
  /** where the `@` stands */
  readonly from: number
}

/** The mention at the caret; null where there is none. An `@` inside a word is an address, not a mention. */
export function mentionAt(text: string, caret: number): Mention | null {
  const found = /(?:^|[\s([{,])@([^\s@]*)$/u.exec(text.slice(0, caret))
  if (!found) return null
  const query = found[1] ?? ''
  return { query, from: caret - query.length - 1 }
}

/** The text with a mention begun at the caret, as by typing `@` there, and where the caret goes. */
export function beginMention(text: string, caret: number): { readonly text: string; readonly caret: number } {
  const before = text.slice(0, caret)
  const begun = `${before}${/(^|[\s([{,])$/u.test(before) ? '' : ' '}@`
  return { text: begun + text.slice(caret), caret: begun.length }
}

/** The text with the file's whole path in place of the mention, and where the caret goes. */
export function completeMention(
  text: string,
  { from, query }: Mention,
  path: string,
): { readonly text: string; readonly caret: number } {
  const before = `${text.slice(0, from)}@${path} `
  const rest = text.slice(from + 1 + query.length)
  return { text: before + rest.replace(/^ /, ''), caret: before.length }
}
