import type { Prisma, User } from '#prisma/generated/client.ts'
import type { z } from 'zod'
import type { Me, signUpInput } from '#shared/api/auth.ts'
import { AppError } from '#shared/errors.ts'
import type { UserId } from '#shared/ids.ts'
import { audit } from '#server/platform/audit.ts'
import type { Asking, AuthContext } from './context.ts'
import { createAccount, isSetupDone } from './create-account.ts'
import { isWeakPassword } from './password-strength.ts'
import { finishSignIn, signIn } from './sign-in.ts'
import { readSignUpMode } from './sign-up-mode.ts'

const INVITES = ['platform_invite', 'workspace_invite'] as const

/** Makes an account, as far as the mode allows, and signs it in. An invite is used up with it or not at all. */
export async function signUp(auth: AuthContext, asking: Asking, input: z.output<typeof signUpInput>): Promise<Me> {
  auth.throttle.takeByAddress(asking.address)
  // Before the expensive hash; judged again in the transaction.
  await requireOpen(auth.prisma, input.inviteToken)
  if (input.inviteToken !== undefined) await auth.links.peek(input.inviteToken, INVITES)
  if (isWeakPassword(input.password, input)) throw new AppError('weak_password')
  const { email, name, inviteToken } = input
  const passwordHash = await auth.hasher.hash(input.password)
  const signedIn = await auth.prisma.$transaction(async (tx) => {
    const user = await joinPlatform(auth, tx, asking, { email, name, passwordHash, inviteToken })
    return signIn(auth, tx, asking, user, 'sign-up')
  })
  return finishSignIn(auth, asking, signedIn)
}

/** Makes an ordinary account in the caller's transaction, using up its invite. Shared with sign-up by a provider. */
export async function joinPlatform(
  auth: AuthContext,
  tx: Prisma.TransactionClient,
  asking: Pick<Asking, 'actor' | 'requestId'>,
  account: { email: string; name: string; passwordHash: string | null; inviteToken: string | undefined },
): Promise<User> {
  const { inviteToken, ...who } = account
  await requireOpen(tx, inviteToken)
  const invite = inviteToken === undefined ? null : await auth.links.consume(tx, inviteToken, INVITES)
  const user = await createAccount(tx, { ...who, platformRole: 'user', at: new Date(auth.now()) })
  const details = { invited: invite !== null, workspaceInvite: invite?.kind === 'workspace_invite' }
  await audit(tx, {
    actor: asking.actor,
    action: 'account.created',
    targetId: user.id,
    details,
    requestId: asking.requestId,
  })
  if (invite?.kind === 'workspace_invite') await auth.acceptWorkspaceInvite(tx, user.id as UserId, invite)
  return user
}

async function requireOpen(tx: Prisma.TransactionClient, inviteToken: string | undefined): Promise<void> {
  const mode = await readSignUpMode(tx)
  const isOpen = mode === 'open' || (mode === 'invite' && inviteToken !== undefined)
  // The first account is the admin's, by setup.
  if (!isOpen || !(await isSetupDone(tx))) throw new AppError('sign_up_closed')
}
