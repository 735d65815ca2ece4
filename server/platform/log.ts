import { type Logger, pino } from 'pino'

export type { Logger }

/** Keys whose values never reach a log, wherever they stand. */
const SECRET_KEYS = ['password', 'token', 'cookie', 'authorization', 'secret', 'text', 'prompt', 'setupCode']

/** The process's logger. Source text, prompts, tokens and passwords stay out; paths listed here are the second fence. */
export const createLogger = (level: string): Logger =>
  pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: SECRET_KEYS.flatMap((key) => [key, `*.${key}`]), remove: true },
  })
