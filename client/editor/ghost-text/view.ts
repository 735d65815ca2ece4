/** A text as ghost text sees it: places are offsets, lines end with one character. */
export interface View {
  readonly length: () => number
  readonly slice: (from: number, to: number) => string
  /** of the line around the offset; an offset before the text is taken for its start */
  readonly lineStart: (offset: number) => number
  /** before its break */
  readonly lineEnd: (offset: number) => number
}
