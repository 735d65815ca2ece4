import {
  type AiStatus,
  budgetInput,
  createKeyInput,
  idInput,
  ownUsageInput,
  providerInput,
  routeInput,
  routeOrderInput,
  usageInput,
  workspaceUsageInput,
} from '#shared/api/ai.ts'
import { byWorkspace } from '#shared/api/workspaces.ts'
import { platformProcedure, router, selfProcedure, workspaceProcedure } from '#server/platform/trpc.ts'
import { readBudgetOutlook } from './money/budget-outlook.ts'
import { deleteBudget, listBudgets, setBudget } from './admin/budgets.ts'
import type { AiAdminContext } from './admin/context.ts'
import { deleteProvider, deleteRoute, orderRoutes, readConfig, saveProvider, saveRoute } from './admin/providers.ts'
import { testRoute } from './admin/test-route.ts'
import { readUsage } from './admin/usage.ts'
import { askingOf } from './chat/asking.ts'
import { createCompletionsRouter } from './completions/router.ts'
import { createKey, type KeysContext, listKeys, revokeKey } from './keys/manage-keys.ts'

/** What people and admins ask about AI: is there any, their keys, what it costs, and where it comes from. */
export function createAiRouter(context: AiAdminContext & KeysContext) {
  const self = selfProcedure('account.use')
  const platform = platformProcedure('platform.admin')
  const asking = <T extends { actor: unknown; requestId: string }>(ctx: T) => ({
    me: ctx.actor as T['actor'],
    requestId: ctx.requestId,
  })

  return router({
    status: self.query(async (): Promise<AiStatus> => {
      const models = await context.gateway.models()
      if (models.length === 0) return { status: 'not_configured' }
      const named = (purpose: 'chat' | 'completion') => models.filter((m) => m.purpose === purpose).map((m) => m.model)
      return { status: 'ready', chatModels: named('chat'), completionModels: named('completion') }
    }),
    completions: createCompletionsRouter(context.gateway),
    keys: router({
      list: self.query(({ ctx }) => listKeys(context, ctx.actor)),
      create: self
        .input(createKeyInput)
        .mutation(({ ctx, input }) => createKey(context, { ...asking(ctx), loadWorkspace: ctx.loadWorkspace }, input)),
      revoke: self.input(idInput).mutation(({ ctx, input }) => revokeKey(context, asking(ctx), input.id)),
    }),
    /** How much is left of what one's own calls are held to. */
    budgets: router({
      own: self.query(({ ctx }) =>
        readBudgetOutlook(context.pool, { userId: ctx.actor.userId, workspaceId: null }, context.now()),
      ),
      workspace: workspaceProcedure('workspace.ai')
        .input(byWorkspace)
        .query(({ ctx, input: { workspaceId } }) =>
          readBudgetOutlook(context.pool, { userId: askingOf(ctx).actor.userId, workspaceId }, context.now()),
        ),
    }),
    usage: router({
      own: self
        .input(ownUsageInput)
        .query(({ ctx, input }) => readUsage(context.pool, { ...input, userId: ctx.actor.userId })),
      workspace: workspaceProcedure('workspace.details')
        .input(workspaceUsageInput)
        .query(({ input }) => readUsage(context.pool, input)),
      platform: platform.input(usageInput).query(({ input }) => readUsage(context.pool, input)),
    }),
    admin: router({
      config: platform.query(() => readConfig(context)),
      saveProvider: platform
        .input(providerInput)
        .mutation(({ ctx, input }) => saveProvider(context, asking(ctx), input)),
      deleteProvider: platform
        .input(idInput)
        .mutation(({ ctx, input }) => deleteProvider(context, asking(ctx), input.id)),
      saveRoute: platform.input(routeInput).mutation(({ ctx, input }) => saveRoute(context, asking(ctx), input)),
      deleteRoute: platform.input(idInput).mutation(({ ctx, input }) => deleteRoute(context, asking(ctx), input.id)),
      orderRoutes: platform
        .input(routeOrderInput)
        .mutation(({ ctx, input }) => orderRoutes(context, asking(ctx), input.ids)),
      testRoute: platform.input(idInput).mutation(({ ctx, input }) => testRoute(context, input.id, ctx.signal)),
      budgets: platform.query(() => listBudgets(context)),
      setBudget: platform.input(budgetInput).mutation(({ ctx, input }) => setBudget(context, asking(ctx), input)),
      deleteBudget: platform.input(idInput).mutation(({ ctx, input }) => deleteBudget(context, asking(ctx), input.id)),
    }),
  })
}
