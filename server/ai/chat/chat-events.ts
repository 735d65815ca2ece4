import type { Pool } from 'pg'
import { byChat, followInput, typingInput } from '#shared/api/chat.ts'
import { AppError } from '#shared/errors.ts'
import { type Sender, type SocketEvent, socketEvent } from '#server/platform/socket-event.ts'
import type { Audience } from './audience.ts'
import { requireChat } from './chat-rows.ts'
import type { Runs } from './runs.ts'

const userOf = ({ actor }: Sender) => {
  if (actor.type !== 'user') throw new AppError('forbidden')
  return actor
}

/** What browsers with a chat before them send. */
export function createChatEvents(deps: { pool: Pool; audience: Audience; runs: Runs }): readonly SocketEvent[] {
  const { pool, audience, runs } = deps
  const permission = 'workspace.discuss'
  const requireInside = (sender: Sender, chatId: Parameters<Audience['isInside']>[0]): void => {
    if (!audience.isInside(chatId, sender.socketId)) throw new AppError('not_found')
  }
  return [
    socketEvent({
      name: 'chat.join',
      permission,
      input: byChat,
      async handle(sender, { workspaceId, chatId }) {
        const actor = userOf(sender)
        // Noted first: who loses the right while the row is read is taken out by the control event, not missed.
        const admit = audience.enter(chatId, sender.socketId, workspaceId, actor)
        try {
          await requireChat(pool, { userId: actor.userId, workspaceId }, chatId)
          admit()
        } catch (error) {
          audience.leave(chatId, sender.socketId)
          throw error
        }
        return null
      },
    }),
    socketEvent({
      name: 'chat.leave',
      permission,
      input: byChat,
      handle(sender, { chatId }) {
        audience.leave(chatId, sender.socketId)
        return null
      },
    }),
    socketEvent({
      name: 'chat.follow',
      permission,
      input: followInput,
      async handle(sender, { offset, ...run }) {
        requireInside(sender, run.chatId)
        const isUnderWay = await runs.isUnderWay(run)
        if (isUnderWay) audience.follow(run.chatId, sender.socketId, run.runId, offset)
        return { isUnderWay }
      },
    }),
    socketEvent({
      name: 'chat.typing',
      permission,
      input: typingInput,
      handle(sender, { chatId, isTyping }) {
        requireInside(sender, chatId)
        audience.typing(chatId, sender.socketId, isTyping)
        return null
      },
    }),
  ]
}
