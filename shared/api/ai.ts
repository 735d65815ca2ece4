import type { ErrorCode } from '#shared/errors.ts'

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
