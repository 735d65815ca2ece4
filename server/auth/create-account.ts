import type { Prisma, User } from '#prisma/generated/client.ts'
import { AppError } from '#shared/errors.ts'
import type { UserId } from '#shared/ids.ts'
import { newId } from '#server/platform/tokens.ts'

const COLORS = 8

/** Key of the advisory lock under which it is decided who administers this server. */
const ADMINS_LOCK = 727_073

/** Nobody else decides who is an admin until the caller's transaction ends. */
export async function lockAdmins(tx: Prisma.TransactionClient): Promise<void> {
  await tx.$executeRaw`select pg_advisory_xact_lock(${ADMINS_LOCK}::bigint)`
}

/** Whether the first admin exists. There is always one afterwards. */
export const isSetupDone = async (tx: Prisma.TransactionClient): Promise<boolean> =>
  (await tx.user.findFirst({ where: { platformRole: 'admin' }, select: { id: true } })) !== null

/** Inserts an account in the caller's transaction; throws `email_taken`. */
export async function createAccount(
  tx: Prisma.TransactionClient,
  account: { email: string; name: string; passwordHash: string | null; platformRole: 'admin' | 'user'; at: Date },
): Promise<User> {
  const { at, ...data } = account
  // The first eight people have eight different colours.
  const color = ((await tx.user.count()) % COLORS) + 1
  const [user] = await tx.user.createManyAndReturn({
    data: [{ ...data, id: newId<UserId>(), color, createdAt: at, lastSeenAt: at }],
    // Two sign-ups at once with one address: the second inserts nothing, and its transaction can still say so.
    skipDuplicates: true,
  })
  if (!user) throw new AppError('email_taken')
  return user
}
