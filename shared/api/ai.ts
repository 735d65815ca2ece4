import type { ErrorCode } from '#shared/errors.ts'

export const PURPOSES = ['chat', 'completion'] as const
export type Purpose = (typeof PURPOSES)[number]

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
