import { pino } from 'pino'
import type { PrismaClient } from '#prisma/generated/client.ts'
import { ANONYMOUS } from '#shared/access/actor.ts'
import { signUpMode } from '#shared/api/auth.ts'
import type { SessionId, UserId } from '#shared/ids.ts'
import { newId, newToken } from '#server/platform/tokens.ts'
import type { RequestContext } from '#server/platform/trpc.ts'
import type { AccountsPort } from '../context.ts'

/** Accounts as the admin feature needs them, on the test's database. */
export const createFakeAccounts = (prisma: PrismaClient): AccountsPort => ({
  async lockAdmins(tx) {
    await tx.$executeRaw`select pg_advisory_xact_lock(1)`
  },
  async listSessions(userId) {
    const rows = await prisma.session.findMany({ where: { userId } })
    return rows.map(({ id }) => ({ id, userAgent: '', address: '', createdAt: '', lastUsedAt: '', isCurrent: false }))
  },
  async endSessions(tx, userId) {
    const rows = await tx.session.findMany({ where: { userId } })
    await tx.session.deleteMany({ where: { userId } })
    return rows.map((row) => row.id as SessionId)
  },
  issueLink: (_tx, { kind }) =>
    Promise.resolve({
      id: newId(),
      url: `http://localhost/${kind === 'password_reset' ? 'reset' : 'invite'}/${newToken()}`,
      expiresAt: new Date(),
    }),
  async readSignUpMode(tx) {
    const row = await tx.setting.findUnique({ where: { key: 'signUp' } })
    return signUpMode.catch('invite').parse(row?.value)
  },
  async writeSignUpMode(tx, value) {
    await tx.setting.upsert({ where: { key: 'signUp' }, create: { key: 'signUp', value }, update: { value } })
  },
})

/** A request of this person, or of nobody. */
export const contextOf = (
  who: 'anonymous' | { userId: UserId; isPlatformAdmin: boolean; isSuspended?: boolean },
): RequestContext => ({
  actor:
    who === 'anonymous'
      ? ANONYMOUS
      : { type: 'user', sessionId: newId<SessionId>(), name: 'Asker', color: 1, isSuspended: false, ...who },
  requestId: newId(),
  address: '192.0.2.1',
  userAgent: 'a test',
  cookies: new Map(),
  log: pino({ level: 'silent' }),
  signal: new AbortController().signal,
  loadWorkspace: () => Promise.resolve(null),
  setCookie: () => undefined,
})
