/** The stretch of a text and whatever else is on its lines; what ends with a line break, or is nothing at a line's start, is whole. */
export function wholeLines(
  text: string,
  place: { readonly from: number; readonly to: number },
): { readonly from: number; readonly to: number } {
  const from = place.from === 0 ? 0 : text.lastIndexOf('\n', place.from - 1) + 1
  const isWhole = place.to === from || text[place.to - 1] === '\n'
  const end = isWhole ? place.to - 1 : text.indexOf('\n', place.to)
  return { from, to: end === -1 && !isWhole ? text.length : end + 1 }
}
