import type { Prisma, User } from '#prisma/generated/client.ts'
import { AppError } from '#shared/errors.ts'
import { audit } from '#server/platform/audit.ts'
import type { Asking, AuthContext } from '../context.ts'
import { joinPlatform } from '../sign-up.ts'
import { finishSignIn, signIn } from '../sign-in.ts'
import type { OAuthProfile } from './profile.ts'

interface ProviderSignIn {
  readonly providerId: string
  readonly profile: OAuthProfile
  readonly inviteToken: string | null
  /** The person who was signed in when the flow began, and asked to link. */
  readonly linkTo: string | null
}

/**
 * Signs in, signs up or links, as docs/decisions/0009-account-linking.md says: an account is found by the provider's own
 * id of the person; an e-mail alone never opens an account that has a password.
 */
export async function signInWithProvider(auth: AuthContext, asking: Asking, from: ProviderSignIn): Promise<void> {
  const signedIn = await auth.prisma.$transaction(async (tx) => {
    // Two callbacks of one person at once: the second waits and finds the account.
    await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`${from.providerId}\n${from.profile.providerUserId}`}, 0))`
    const user = await findOrCreate(auth, tx, asking, from)
    if (user.suspendedAt) throw new AppError('suspended')
    if (asking.actor.type === 'user' && asking.actor.userId === user.id) return null
    return signIn(auth, tx, asking, user, `oauth:${from.providerId}`)
  })
  if (signedIn) finishSignIn(auth, asking, signedIn)
}

async function findOrCreate(
  auth: AuthContext,
  tx: Prisma.TransactionClient,
  asking: Asking,
  from: ProviderSignIn,
): Promise<User> {
  const { providerId, profile } = from
  const key = { provider: providerId, providerUserId: profile.providerUserId }
  const known = await tx.oAuthAccount.findUnique({ where: { provider_providerUserId: key }, include: { user: true } })
  if (from.linkTo !== null) {
    // The flow belongs to one session; whoever else is here now does not get someone's provider account linked.
    if (asking.actor.type !== 'user' || asking.actor.userId !== from.linkTo) throw new AppError('unauthenticated')
    if (known && known.userId !== from.linkTo) throw new AppError('conflict')
    if (!known) await link(tx, asking, key, from.linkTo)
    return tx.user.findUniqueOrThrow({ where: { id: from.linkTo } })
  }
  if (known) return known.user
  if (profile.email === null) throw new AppError('oauth_failed')
  const sameEmail = await tx.user.findUnique({ where: { email: profile.email } })
  // Without a password the account was made by a provider that vouched for this very address.
  if (sameEmail && sameEmail.passwordHash !== null) throw new AppError('email_taken')
  const { email, name } = profile
  const inviteToken = from.inviteToken ?? undefined
  const user = sameEmail ?? (await joinPlatform(auth, tx, asking, { email, name, passwordHash: null, inviteToken }))
  await link(tx, asking, key, user.id)
  return user
}

async function link(
  tx: Prisma.TransactionClient,
  asking: Asking,
  key: { provider: string; providerUserId: string },
  userId: string,
): Promise<void> {
  await tx.oAuthAccount.create({ data: { ...key, userId } })
  const details = { provider: key.provider }
  await audit(tx, {
    actor: asking.actor,
    action: 'account.provider-linked',
    targetId: userId,
    details,
    requestId: asking.requestId,
  })
}
