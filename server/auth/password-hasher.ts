import { hash, verify } from '@node-rs/argon2'
import { AppError } from '#shared/errors.ts'
import { newToken } from '#server/platform/tokens.ts'

/** OWASP's second argon2id setting; the library's default algorithm is argon2id. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
const AT_ONCE = 4
const MAX_WAITING = 200

export interface PasswordHasher {
  hash(password: string): Promise<string>
  /** False where there is no stored hash, after the same work: an unknown account answers as late as a known one. */
  verify(stored: string | null, password: string): Promise<boolean>
}

/** Hashes and verifies passwords, at most four at once; each takes 19 MiB. Too long a queue is `rate_limited`. */
export function createPasswordHasher(): PasswordHasher {
  const queue = createQueue(AT_ONCE, MAX_WAITING)
  const decoy = queue(() => hash(newToken(), COST))
  return {
    hash: (password) => queue(() => hash(password, COST)),
    verify: (stored, password) =>
      queue(async () => {
        const isRight = await verify(stored ?? (await decoy), password)
        return isRight && stored !== null
      }),
  }
}

function createQueue(atOnce: number, maxWaiting: number) {
  const waiting: (() => void)[] = []
  let running = 0
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= atOnce) {
      if (waiting.length >= maxWaiting)
        throw new AppError('rate_limited', undefined, { details: { retryAfterSeconds: 5 } })
      // Whoever finishes hands its place on, so `running` stays as it is.
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else running += 1
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running -= 1
    }
  }
}
