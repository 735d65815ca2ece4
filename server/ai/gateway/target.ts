import type { ProviderKind, Purpose, Template } from '#shared/api/ai.ts'

export interface Provider {
  readonly id: string
  readonly name: string
  readonly kind: ProviderKind
  /** Without a slash at its end. For OpenAI's kind the address that `/chat/completions` follows; for Tabby its root. */
  readonly baseUrl: string
  /** Unsealed; null where none is needed. */
  readonly apiKey: string | null
}

/** One route, ready to be called. */
export interface Target {
  readonly provider: Provider
  readonly purpose: Purpose
  readonly model: string
  readonly upstreamModel: string
  readonly template: Template | null
  readonly maxTokens: number
  readonly contextTokens: number
  /** Millionths of the currency for a million tokens. */
  readonly inputPrice: bigint
  readonly outputPrice: bigint
  readonly firstTokenMs: number
}
