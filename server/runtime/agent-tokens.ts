import type { PrismaClient } from '#prisma/generated/client.ts'
import { type Actor, ANONYMOUS } from '#shared/access/actor.ts'
import { AppError } from '#shared/errors.ts'
import type { WorkspaceId } from '#shared/ids.ts'
import { hashToken, newToken } from '#server/platform/tokens.ts'

export interface Generation {
  readonly generation: number
  readonly token: string
}

/** Raises the generation of a workspace: from now on only the new token opens anything. */
export async function raiseGeneration(prisma: PrismaClient, workspaceId: WorkspaceId): Promise<Generation> {
  const token = newToken()
  const generation = await prisma.$transaction(async (tx) => {
    const raised = await tx.workspace.updateManyAndReturn({
      where: { id: workspaceId, deletedAt: null },
      data: { generation: { increment: 1 } },
      select: { generation: true },
    })
    const [row] = raised
    if (row === undefined) throw new AppError('not_found')
    await tx.agentToken.deleteMany({ where: { workspaceId } })
    await tx.agentToken.create({ data: { workspaceId, generation: row.generation, tokenHash: hashToken(token) } })
    return row.generation
  })
  return { generation, token }
}

const BEARER = /^Bearer ([A-Za-z0-9_-]{43})$/

/**
 * The agent that carries this Authorization header. Null: the header is not an agent's, somebody else may know it.
 * A token of an older generation, or of a deleted workspace, is anonymous.
 */
export async function resolveAgent(prisma: PrismaClient, authorization: string | undefined): Promise<Actor | null> {
  const token = BEARER.exec(authorization ?? '')?.[1]
  if (token === undefined) return null
  const row = await prisma.agentToken.findUnique({
    where: { tokenHash: hashToken(token) },
    include: { workspace: { select: { generation: true, deletedAt: true } } },
  })
  if (row === null || row.workspace.deletedAt !== null || row.workspace.generation !== row.generation) return ANONYMOUS
  return { type: 'agent', workspaceId: row.workspaceId as WorkspaceId, generation: row.generation }
}
