import type { z } from 'zod'
import type { UserActor } from '#shared/access/actor.ts'
import type { Me, updateProfileInput } from '#shared/api/auth.ts'
import { audit } from '#server/platform/audit.ts'
import { changesOf } from '#server/platform/audit-columns.ts'
import type { AuthContext } from './context.ts'
import { toMe } from './me.ts'

/** Changes one's own name, language and preferences; what is left out stays. */
export async function updateProfile(
  auth: AuthContext,
  actor: UserActor,
  input: z.output<typeof updateProfileInput>,
  requestId: string,
): Promise<Me> {
  const { userId } = actor
  const user = await auth.prisma.$transaction(async (tx) => {
    const before = await tx.user.findUniqueOrThrow({ where: { id: userId } })
    // Merged by the database: two tabs that change different settings at once keep both.
    const patch = JSON.stringify(input.preferences ?? {})
    await tx.$executeRaw`update user_account set preferences = preferences || ${patch}::jsonb where id = ${userId}`
    const after = await tx.user.update({
      where: { id: userId },
      data: {
        ...(input.name === undefined ? {} : { name: input.name }),
        ...(input.locale === undefined ? {} : { locale: input.locale }),
      },
    })
    const details = changesOf('User', before, after)
    if (Object.keys(details).length > 0) {
      await audit(tx, { actor, action: 'account.profile-changed', targetId: userId, details, requestId })
    }
    return after
  })
  return toMe(user)
}
