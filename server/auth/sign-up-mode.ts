import type { Prisma } from '#prisma/generated/client.ts'
import { type SignUpMode, signUpMode } from '#shared/api/auth.ts'

const KEY = 'signUp'

/** Who may make an account: `invite` until an admin says otherwise, so that a new server is not open by accident. */
export async function readSignUpMode(tx: Prisma.TransactionClient): Promise<SignUpMode> {
  const row = await tx.setting.findUnique({ where: { key: KEY } })
  return signUpMode.catch('invite').parse(row?.value)
}

/** Stores the mode in the caller's transaction. */
export async function writeSignUpMode(
  tx: Prisma.TransactionClient,
  mode: SignUpMode,
  updatedBy: string,
  at: Date,
): Promise<void> {
  const data = { value: mode, updatedBy, updatedAt: at }
  await tx.setting.upsert({ where: { key: KEY }, create: { key: KEY, ...data }, update: data })
}
