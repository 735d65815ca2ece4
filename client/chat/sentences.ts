/** Where the last whole sentence of a growing text ends; 0 where there is none yet. */
export function endOfSentences(text: string): number {
  let end = 0
  for (const match of text.matchAll(/[.!?。…]["'”’)\]]*(?=\s)|\n/gu)) end = match.index + match[0].length
  return end
}
