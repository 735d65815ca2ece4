import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** A new id: 16 random bytes as base64url, 22 characters. */
export const newId = <T extends string>(): T => randomBytes(16).toString('base64url') as T

/** A secret of 256 bits as base64url, 43 characters. Only its hash is ever stored. */
export const newToken = (): string => randomBytes(32).toString('base64url')

/** What is stored of a token: SHA-256, hex. A fast hash is enough, since the token is not guessable. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex')

/** Compares without telling by its timing how much was right. */
export const isSameSecret = (a: string, b: string): boolean =>
  timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest())
