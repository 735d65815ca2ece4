import { z } from 'zod'
import type { ErrorCode } from '#shared/errors.ts'
import { ID_PATTERN } from '#shared/ids.ts'
import { isPlainName } from '#shared/names.ts'
import { workspaceId } from './id.ts'

export const PURPOSES = ['chat', 'completion'] as const
export type Purpose = (typeof PURPOSES)[number]

export const PROVIDER_KINDS = ['openai', 'litellm', 'vllm', 'tabby'] as const
export type ProviderKind = (typeof PROVIDER_KINDS)[number]

/** How a model wants to be told what stands before and behind the cursor. */
export const TEMPLATES = ['qwen', 'starcoder', 'deepseek', 'codellama', 'codestral', 'suffix'] as const
export type Template = (typeof TEMPLATES)[number]

/** How a call may end badly once it was let through; each is also a code of `shared/errors.ts`. */
export const AI_ERROR_CODES = [
  'ai_busy',
  'ai_unreachable',
  'ai_failed',
  'ai_timeout',
  'ai_refused',
  'ai_misconfigured',
] as const satisfies readonly ErrorCode[]
export type AiErrorCode = (typeof AI_ERROR_CODES)[number]

/** What an API key may do. */
export const API_KEY_SCOPES = ['chat', 'completions', 'models'] as const
export type ApiKeyScope = (typeof API_KEY_SCOPES)[number]

const id = z.string().regex(ID_PATTERN)
const name = z.string().trim().min(1).max(100).refine(isPlainName)
/** Millionths of the currency: whole, and exact in a number. */
const money = z
  .number()
  .int()
  .min(0)
  .max(10 ** 15)

/** Without credentials, query or fragment. */
const providerUrl = z.url({ protocol: /^https?$/ }).regex(/^[^@?#]+$/)

export const idInput = z.strictObject({ id })

/** Without an id a new one. `apiKey`: undefined leaves it as it is, null takes it away; it is never given back. */
export const providerInput = z.strictObject({
  id: id.optional(),
  name,
  kind: z.enum(PROVIDER_KINDS),
  baseUrl: providerUrl,
  apiKey: z.string().trim().min(1).max(4000).nullable().optional(),
  isEnabled: z.boolean().default(true),
})

export const routeInput = z.strictObject({
  id: id.optional(),
  model: name,
  purpose: z.enum(PURPOSES),
  providerId: id,
  upstreamModel: z.string().trim().min(1).max(200),
  template: z.enum(TEMPLATES).nullable().default(null),
  maxTokens: z.number().int().min(1).max(1_000_000),
  contextTokens: z.number().int().min(256).max(100_000_000),
  inputPrice: money.default(0),
  outputPrice: money.default(0),
  firstTokenMs: z.number().int().min(100).max(300_000).nullable().default(null),
  isEnabled: z.boolean().default(true),
})

/** All routes of one model and purpose, in the order in which they are to be tried. */
export const routeOrderInput = z.strictObject({ ids: z.array(id).min(1).max(100) })

export const BUDGET_SCOPES = ['platform', 'workspace', 'user', 'key'] as const
export type BudgetScope = (typeof BUDGET_SCOPES)[number]
export const budgetInput = z
  .strictObject({
    scope: z.enum(BUDGET_SCOPES),
    scopeId: z.string().max(22),
    period: z.enum(['day', 'month']),
    limit: money,
  })
  .refine(({ scope, scopeId }) => (scope === 'platform' ? scopeId === '' : ID_PATTERN.test(scopeId)))

export const createKeyInput = z.strictObject({
  name,
  scopes: z.array(z.enum(API_KEY_SCOPES)).min(1).max(API_KEY_SCOPES.length),
  workspaceId: workspaceId.nullable().default(null),
  expiresInDays: z.number().int().min(1).max(3650).nullable().default(null),
})

const usageWindow = {
  /** ISO 8601; at most 400 days, or 31 by the hour. */
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  bucket: z.enum(['hour', 'day']).default('day'),
}
export const usageInput = z.strictObject({
  ...usageWindow,
  by: z.enum(['model', 'person', 'workspace']).default('model'),
})
export const workspaceUsageInput = z.strictObject({
  ...usageWindow,
  workspaceId,
  by: z.enum(['model', 'person']).default('model'),
})
export const ownUsageInput = z.strictObject({ ...usageWindow, by: z.enum(['model', 'workspace']).default('model') })

export type AiStatus =
  | { readonly status: 'not_configured' }
  | { readonly status: 'ready'; readonly chatModels: readonly string[]; readonly completionModels: readonly string[] }

export interface ProviderRow {
  readonly id: string
  readonly name: string
  readonly kind: ProviderKind
  readonly baseUrl: string
  readonly hasApiKey: boolean
  readonly isEnabled: boolean
}

export interface RouteRow {
  readonly id: string
  readonly model: string
  readonly purpose: Purpose
  readonly providerId: string
  readonly upstreamModel: string
  readonly position: number
  readonly template: Template | null
  readonly maxTokens: number
  readonly contextTokens: number
  readonly inputPrice: number
  readonly outputPrice: number
  readonly firstTokenMs: number | null
  readonly isEnabled: boolean
}

/** What a test of a route found. `unsealable`: the server's secret has changed since the key was stored. */
export type RouteTest =
  | { readonly status: 'ok'; readonly firstTokenMs: number }
  | {
      readonly status:
        | 'wrong_key'
        | 'unknown_model'
        | 'unreachable'
        | 'timeout'
        | 'busy'
        | 'refused'
        | 'failed'
        | 'unsealable'
    }

export interface BudgetRow {
  readonly id: string
  readonly scope: (typeof BUDGET_SCOPES)[number]
  readonly scopeId: string
  /** of the workspace, person or key; null where it is gone, and for the platform */
  readonly scopeName: string | null
  readonly period: 'day' | 'month'
  readonly limit: number
  /** in the current period */
  readonly spent: number
  readonly reserved: number
}

/** From this share on people are warned; one that is used up refuses calls. */
export const BUDGET_WARNING_SHARE = 0.8

/** What a person's next question to AI is held to. */
export interface BudgetOutlook {
  readonly budgets: readonly {
    readonly scope: BudgetScope
    readonly period: 'day' | 'month'
    /** of the limit; 1 and more: used up */
    readonly usedShare: number
    /** ISO 8601 */
    readonly beginsAnewAt: string
  }[]
  /** names of some who can raise them */
  readonly raisers: readonly string[]
}

export interface ApiKeyRow {
  readonly id: string
  readonly name: string
  readonly hint: string
  readonly scopes: readonly ApiKeyScope[]
  readonly workspaceId: string | null
  readonly createdAt: string
  readonly expiresAt: string | null
  readonly lastUsedAt: string | null
}

export interface UsagePoint {
  /** First moment of the hour or day, ISO 8601, UTC. */
  readonly at: string
  /** id of the model, person or workspace; '' where a call was charged to no workspace */
  readonly key: string
  readonly label: string
  readonly calls: number
  readonly failed: number
  readonly promptTokens: number
  readonly completionTokens: number
  /** Millionths of the currency. */
  readonly cost: number
}
