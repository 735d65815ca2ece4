import type { UserActor } from '#shared/access/actor.ts'
import type { PlatformSettings } from '#shared/api/admin.ts'
import { AppError } from '#shared/errors.ts'
import { audit } from '#server/platform/audit.ts'
import type { AdminContext } from './context.ts'

export const readSettings = async (admin: AdminContext): Promise<PlatformSettings> => ({
  signUp: await admin.accounts.readSignUpMode(admin.prisma),
})

/** Changes the server's settings, with old and new value in the audit log. */
export async function updateSettings(
  admin: AdminContext,
  me: UserActor,
  settings: PlatformSettings,
  requestId: string,
): Promise<PlatformSettings> {
  await admin.prisma.$transaction(async (tx) => {
    const before = await admin.accounts.readSignUpMode(tx)
    if (before === settings.signUp) return
    await admin.accounts.writeSignUpMode(tx, settings.signUp, me.userId)
    const details = { signUp: `${before} → ${settings.signUp}` }
    await audit(tx, { actor: me, action: 'settings.changed', details, requestId })
  })
  return readSettings(admin)
}

/** A link by which one person may make an account. Refused while sign-up is closed, since it would not work. */
export async function createInvite(
  admin: AdminContext,
  me: UserActor,
  requestId: string,
): Promise<{ url: string; expiresAt: string }> {
  return admin.prisma.$transaction(async (tx) => {
    if ((await admin.accounts.readSignUpMode(tx)) === 'closed') throw new AppError('sign_up_closed')
    const { id, url, expiresAt } = await admin.accounts.issueLink(tx, { kind: 'platform_invite' }, me.userId)
    await audit(tx, { actor: me, action: 'platform.invite-created', targetId: id, requestId })
    return { url, expiresAt: expiresAt.toISOString() }
  })
}
