import {
  askInput,
  byChat,
  byRun,
  createChatInput,
  editQueuedInput,
  listChatsInput,
  regenerateInput,
  renameChatInput,
  sendInput,
} from '#shared/api/chat.ts'
import { createRateLimit } from '#server/platform/rate-limit.ts'
import { router, workspaceProcedure } from '#server/platform/trpc.ts'
import type { Gateway } from '../gateway/types.ts'
import { askingOf } from './asking.ts'
import type { Messages } from './messages.ts'
import type { Runs } from './runs.ts'
import type { Sessions } from './sessions.ts'

/** Far above people's writing; each message is fetched by everyone who reads. */
const RATE = { perMinute: 60, burst: 40 }

export function createChatRouter(deps: {
  sessions: Sessions
  messages: Messages
  runs: Runs
  gateway: Pick<Gateway, 'models'>
  now: () => number
}) {
  const { sessions, messages, runs, gateway, now } = deps
  const throttle = createRateLimit({ ...RATE, now })
  const discuss = workspaceProcedure('workspace.discuss')
  const useAi = workspaceProcedure('workspace.ai')

  return router({
    list: discuss
      .input(listChatsInput)
      .query(async ({ ctx, input }) => ({ chats: await sessions.list(askingOf(ctx), input.workspaceId) })),
    /** What may be asked here; no model: AI is not configured. */
    models: discuss.input(listChatsInput).query(async () => ({
      models: (await gateway.models()).filter((one) => one.purpose === 'chat').map((one) => one.model),
    })),
    read: discuss.input(byChat).query(({ ctx, input }) => messages.read(askingOf(ctx), ctx.workspace, input.chatId)),
    create: discuss.input(createChatInput).mutation(({ ctx, input }) => {
      const by = askingOf(ctx)
      throttle.take(by.actor.userId)
      return sessions.create(by, input)
    }),
    rename: discuss
      .input(renameChatInput)
      .mutation(({ ctx, input }) => sessions.rename(askingOf(ctx), ctx.workspace, input.chatId, input.title)),
    share: discuss
      .input(byChat)
      .mutation(({ ctx, input }) => sessions.share(askingOf(ctx), ctx.workspace, input.chatId)),
    delete: discuss
      .input(byChat)
      .mutation(({ ctx, input }) => sessions.remove(askingOf(ctx), ctx.workspace, input.chatId)),
    restore: discuss
      .input(byChat)
      .mutation(({ ctx, input }) => sessions.restore(askingOf(ctx), ctx.workspace, input.chatId)),
    /** To people; AI does not read it. */
    send: discuss.input(sendInput).mutation(({ ctx, input }) => {
      const by = askingOf(ctx)
      throttle.take(by.actor.userId)
      return messages.send(by, ctx.workspace, input)
    }),
    ask: useAi.input(askInput).mutation(({ ctx, input }) => {
      const by = askingOf(ctx)
      throttle.take(by.actor.userId)
      return messages.ask(by, ctx.workspace, input)
    }),
    regenerate: useAi.input(regenerateInput).mutation(({ ctx, input }) => {
      const by = askingOf(ctx)
      throttle.take(by.actor.userId)
      return messages.regenerate(by, input)
    }),
    stop: useAi.input(byRun).mutation(({ ctx, input }) => runs.stop(askingOf(ctx), input)),
    editQueued: useAi
      .input(editQueuedInput)
      .mutation(({ ctx, input }) => messages.editQueued(askingOf(ctx), input, input.text)),
    cancelQueued: useAi.input(byRun).mutation(({ ctx, input }) => messages.cancelQueued(askingOf(ctx), input)),
  })
}
