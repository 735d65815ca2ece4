const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const LIFETIMES = {
  user: { idleMs: DAY, absoluteMs: 30 * DAY },
  // Whoever may change everyone's account is asked again sooner.
  admin: { idleMs: 30 * MINUTE, absoluteMs: 12 * HOUR },
} as const

export type PlatformRole = keyof typeof LIFETIMES

/** Activity is written down at most this often. */
export const TOUCH_EVERY_MS = MINUTE

/** When a session ends if nothing more happens, and when it ends whatever happens. */
export function endOfSession(
  session: { createdAt: Date; lastUsedAt: Date },
  role: PlatformRole,
): { expiresAt: Date; absoluteExpiresAt: Date } {
  const { idleMs, absoluteMs } = LIFETIMES[role]
  const absolute = session.createdAt.getTime() + absoluteMs
  return {
    expiresAt: new Date(Math.min(session.lastUsedAt.getTime() + idleMs, absolute)),
    absoluteExpiresAt: new Date(absolute),
  }
}
