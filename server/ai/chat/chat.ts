import type { Pool } from 'pg'
import type { UserId, WorkspaceId } from '#shared/ids.ts'
import type { ServerEvents } from '#shared/protocol/events.ts'
import type { ControlBus } from '#server/platform/control.ts'
import type { Logger } from '#server/platform/log.ts'
import type { Gateway } from '../gateway/types.ts'
import type { Asking } from './asking.ts'
import { type Browsers, createAudience } from './audience.ts'
import { createChatEvents } from './chat-events.ts'
import { createMessages } from './messages.ts'
import { createChatRouter } from './router.ts'
import { createRuns } from './runs.ts'
import { createSessions } from './sessions.ts'
import type { RunStreams } from './streams/run-streams.ts'

export interface ChatOptions {
  readonly pool: Pool
  readonly gateway: Gateway
  readonly streams: RunStreams
  readonly control: ControlBus
  readonly browsers: Browsers
  broadcast(workspaceId: WorkspaceId, event: 'chat.list', payload: Parameters<ServerEvents['chat.list']>[0]): void
  toUser(userId: UserId, event: 'chat.list', payload: Parameters<ServerEvents['chat.list']>[0]): void
  /** An audit row: that it happened, never a title or a text. */
  record(by: Asking, entry: { action: string; workspaceId: WorkspaceId; targetId: string }): Promise<void>
  readonly log: Logger
  readonly now: () => number
}

/** Chats that a workspace shares: people, and AI that answers before all of them. */
export function createChat(options: ChatOptions) {
  const { pool, gateway, streams, control, browsers, log, now } = options
  const audience = createAudience({ streams, control, browsers, log })
  const onChatChanged = audience.changed
  const runs = createRuns({ pool, gateway, streams, onChatChanged, log })
  const messages = createMessages({ pool, onChatChanged, onQueued: runs.queued })
  const sessions = createSessions({
    pool,
    onListChanged({ workspaceId, ownerId, isShared }) {
      if (isShared) options.broadcast(workspaceId, 'chat.list', { workspaceId })
      else options.toUser(ownerId, 'chat.list', { workspaceId })
    },
    onChatChanged,
    onChatGone: audience.dissolve,
    record: (by, action, { id, workspaceId }) => options.record(by, { action, workspaceId, targetId: id }),
  })
  return {
    router: createChatRouter({ sessions, messages, runs, gateway, now }),
    sockets: { events: createChatEvents({ pool, audience, runs }), onGone: audience.gone },
    /** Runs of servers that died; done by itself every few seconds. */
    reap: runs.reap,
    async close(): Promise<void> {
      await runs.close()
      audience.close()
      await streams.close()
    },
  }
}
