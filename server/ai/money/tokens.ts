import type { TokenUsage } from '../gateway/types.ts'

/**
 * About how many tokens a text is: three ASCII characters each, as code has; elsewhere two bytes. Rather too many than
 * too few, since a reservation is made of it.
 */
export function estimateTokens(text: string): number {
  const bytes = Buffer.byteLength(text)
  // Each UTF-16 unit beyond ASCII costs one to two bytes more than one.
  const wide = Math.ceil((bytes - text.length) / 2)
  return Math.ceil((text.length - wide) / 3) + Math.ceil((bytes - (text.length - wide)) / 2)
}

/** What a text that was cut off has used, where the upstream's own count is not known. No text: nothing was used. */
export const usageOfText = (text: string, promptTokens: number): TokenUsage =>
  text === ''
    ? { promptTokens: 0, completionTokens: 0, source: 'none' }
    : { promptTokens, completionTokens: Math.ceil(text.length / CHARS_PER_TOKEN), source: 'estimated' }

/** Of answers: rather too few tokens than too many, since a person is charged for them. */
export const CHARS_PER_TOKEN = 4

const MILLION = 1_000_000n

/** Millionths of the currency, rounded up: what costs anything never costs nothing. */
export function costOf(
  tokens: { readonly promptTokens: number; readonly completionTokens: number },
  price: { readonly inputPrice: bigint; readonly outputPrice: bigint },
): bigint {
  const total = BigInt(tokens.promptTokens) * price.inputPrice + BigInt(tokens.completionTokens) * price.outputPrice
  return (total + MILLION - 1n) / MILLION
}
