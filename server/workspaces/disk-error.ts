import { AppError } from '#shared/errors.ts'

const FULL: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT'])

/** A full disk is expected and has a sentence of its own; every other error stays what it is. */
export function explainFullDisk(error: unknown): unknown {
  const isFull = error instanceof Error && 'code' in error && FULL.has(error.code)
  return isFull ? new AppError('unavailable', undefined, { cause: error, details: { reason: 'disk full' } }) : error
}
