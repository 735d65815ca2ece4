/** What every place has in which shared code runs, though only the DOM's and Node's types say so. */
declare class TextEncoder {
  encode(text?: string): Uint8Array<ArrayBuffer>
}
