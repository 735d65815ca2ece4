import { z } from 'zod'
import type { PrismaClient } from '#prisma/generated/client.ts'
import { workspaceId } from '#shared/api/id.ts'
import type { WorkspaceId } from '#shared/ids.ts'
import { audit } from '#server/platform/audit.ts'
import type { ControlBus } from '#server/platform/control.ts'
import { router, workspaceProcedure } from '#server/platform/trpc.ts'
import { createTerminalEvents, type TerminalEventPorts } from './terminal-events.ts'
import { type AgentLink, createTerminals, type TerminalsPorts } from './terminals.ts'

export interface TerminalFeatureOptions
  extends Omit<TerminalsPorts, 'call'>, Omit<TerminalEventPorts, 'call' | 'record'> {
  readonly prisma: PrismaClient
  readonly control: ControlBus
  readonly call: TerminalsPorts['call']
}

/** Shared terminals: who may see and type is judged here; the programs run in the agents. */
export function createTerminalFeature(options: TerminalFeatureOptions) {
  const { prisma, control } = options
  const terminals = createTerminals(options)
  const events = createTerminalEvents(terminals, {
    ...options,
    record: ({ actor }, entry) => audit(prisma, { actor, ...entry }),
  })

  const setViewersWatch = workspaceProcedure('workspace.share')
    .input(z.strictObject({ workspaceId, isAllowed: z.boolean() }))
    .mutation(async ({ ctx, input }) => {
      const viewers = await prisma.$transaction(async (tx) => {
        await tx.workspace.update({
          where: { id: input.workspaceId },
          data: { viewersWatchTerminals: input.isAllowed },
        })
        await audit(tx, {
          actor: ctx.actor,
          action: 'workspace.viewers-watch-terminals',
          workspaceId: input.workspaceId,
          details: { isAllowed: input.isAllowed },
          requestId: ctx.requestId,
        })
        return tx.membership.findMany({
          where: { workspaceId: input.workspaceId, role: 'viewer' },
          select: { userId: true },
        })
      })
      // What their role allows has changed: their sockets are judged again.
      for (const { userId } of viewers) {
        const ids = { workspaceId: input.workspaceId, userId: userId as never }
        control.publish({ type: 'role-changed', ...ids, role: 'viewer' })
      }
      return null
    })

  return {
    router: router({
      settings: workspaceProcedure('workspace.details')
        .input(z.strictObject({ workspaceId }))
        .query(async ({ input }) => ({
          isolation: options.isolation(input.workspaceId),
          ...(await prisma.workspace.findUniqueOrThrow({
            where: { id: input.workspaceId },
            select: { viewersWatchTerminals: true },
          })),
        })),
      setViewersWatch,
    }),
    events,
    judged: terminals.judged,
    left: terminals.left,
    hasLive: terminals.hasLive,
    agentConnected: (agent: { workspaceId: WorkspaceId }, socket: object, cutOff: (reason: string) => void): void =>
      // Its events are unknown until their form was checked, whatever the declared types promise.
      terminals.agentConnected(agent.workspaceId, socket as AgentLink, cutOff),
    agentGone: (agent: { workspaceId: WorkspaceId }): void => terminals.agentGone(agent.workspaceId),
    close: terminals.close,
  }
}
