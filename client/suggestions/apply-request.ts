/** A block of code of an answer in a chat, on its way to a file. */
export interface ApplyRequest {
  readonly chatId: string
  readonly messageId: string
  readonly code: string
  /** files that the answer or its question speak of, the likeliest first */
  readonly likely: readonly string[]
  /** the file is known, and it resembles the code nowhere */
  readonly needsPlace: boolean
}
