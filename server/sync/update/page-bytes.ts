const PAGE_BYTES = 4096
/** Below this, what is lost to a page's end weighs more than what may stay behind. */
const MIN_PAGES_BYTES = 4 * PAGE_BYTES

/**
 * Zeroed bytes, at least so many, for what lives as long as people stay. Large ones get pages of their own, which the
 * system has back as soon as the bytes are collected: between the small blocks of the C library's heap they would stay
 * with the process, a thousand closed documents of 20 kB as 20 MiB. V8 takes pages for a buffer that may be resized.
 */
export function longLivedBytes(size: number): Uint8Array {
  if (size < MIN_PAGES_BYTES) return new Uint8Array(size)
  const wholePages = Math.ceil(size / PAGE_BYTES) * PAGE_BYTES
  return new Uint8Array(new ArrayBuffer(wholePages, { maxByteLength: wholePages }))
}
