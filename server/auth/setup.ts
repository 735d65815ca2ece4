import type { z } from 'zod'
import { ANONYMOUS } from '#shared/access/actor.ts'
import type { Me, setupInput } from '#shared/api/auth.ts'
import { AppError } from '#shared/errors.ts'
import { audit } from '#server/platform/audit.ts'
import { isSameSecret } from '#server/platform/tokens.ts'
import type { Asking, AuthContext } from './context.ts'
import { createAccount, isSetupDone, lockAdmins } from './create-account.ts'
import { isWeakPassword } from './password-strength.ts'
import { finishSignIn, signIn } from './sign-in.ts'

/** Makes the first admin and signs them in. Of two at once one wins; the other gets `setup_done`. */
export async function setup(auth: AuthContext, asking: Asking, input: z.output<typeof setupInput>): Promise<Me> {
  auth.throttle.takeByAddress(asking.address)
  if (await isSetupDone(auth.prisma)) throw new AppError('setup_done')
  const { setupCode } = auth.config
  // Or a stranger who is quicker than the owner would claim the server.
  if (setupCode !== null && !isSameSecret(input.code?.trim() ?? '', setupCode)) throw new AppError('setup_code')
  if (isWeakPassword(input.password, input)) throw new AppError('weak_password')
  const passwordHash = await auth.hasher.hash(input.password)
  const signedIn = await auth.prisma.$transaction(async (tx) => {
    await lockAdmins(tx)
    if (await isSetupDone(tx)) throw new AppError('setup_done')
    const at = new Date(auth.now())
    const { email, name } = input
    const user = await createAccount(tx, { email, name, passwordHash, platformRole: 'admin', at })
    await audit(tx, { actor: ANONYMOUS, action: 'platform.set-up', targetId: user.id, requestId: asking.requestId })
    return signIn(auth, tx, asking, user, 'setup')
  })
  return finishSignIn(auth, asking, signedIn)
}
