import { WORKSPACE_PERMISSIONS, type WorkspaceRole } from '#shared/access/permissions.ts'
import type { UserActor } from '#shared/access/actor.ts'
import type { AiRunId, ChatSessionId, WorkspaceId } from '#shared/ids.ts'
import type { ControlEvent } from '#shared/protocol/control.ts'
import type { ChatPresence, ServerEvents } from '#shared/protocol/events.ts'
import type { ControlBus } from '#server/platform/control.ts'
import type { Logger } from '#server/platform/log.ts'
import type { RunStreams } from './streams/run-streams.ts'

type Payload<E extends keyof ServerEvents> = Parameters<ServerEvents[E]>[0]

export interface Browsers {
  isHere(socketId: string): boolean
  tell<E extends keyof ServerEvents>(socketId: string, event: E, payload: Payload<E>): void
  /** Tells and resolves when the browser has taken it; rejects where it is gone or does not answer. */
  hand<E extends keyof ServerEvents>(socketId: string, event: E, payload: Payload<E>): Promise<void>
}

interface Reader {
  readonly actor: UserActor
  readonly workspaceId: WorkspaceId
  /** false until it is known that this person may read this chat: nothing is told to it, or of it */
  isAdmitted: boolean
  readonly reads: Map<AiRunId, AbortController>
  stopTyping: ReturnType<typeof setTimeout> | null
}

interface AudienceOptions {
  readonly streams: RunStreams
  readonly control: ControlBus
  readonly browsers: Browsers
  readonly log: Logger
}

const TYPING_MS = 6_000
/** So many pieces may be under way to one browser; while it is slow, what comes grows into the next. */
const WINDOW = 3
const DISCUSSING: readonly WorkspaceRole[] = WORKSPACE_PERMISSIONS['workspace.discuss']

export type Audience = ReturnType<typeof createAudience>

/** Who has a chat before them on this node: they see each other, changes, and the streams they follow. */
export function createAudience({ streams, control, browsers, log }: AudienceOptions) {
  const chats = new Map<ChatSessionId, Map<string, Reader>>()

  const tell = <E extends keyof ServerEvents>(chatId: ChatSessionId, event: E, payload: Payload<E>): void => {
    for (const [socketId, { isAdmitted }] of chats.get(chatId) ?? []) {
      if (isAdmitted) browsers.tell(socketId, event, payload)
    }
  }

  const showPeople = (chatId: ChatSessionId): void => {
    const people = new Map<string, ChatPresence>()
    for (const { actor, isAdmitted, stopTyping } of chats.get(chatId)?.values() ?? []) {
      if (!isAdmitted) continue
      const isTyping = stopTyping !== null || people.get(actor.userId)?.isTyping === true
      people.set(actor.userId, { id: actor.userId, name: actor.name, color: actor.color, isTyping })
    }
    tell(chatId, 'chat.people', { chatId, people: [...people.values()] })
  }

  const leave = (chatId: ChatSessionId, socketId: string): void => {
    const readers = chats.get(chatId)
    const reader = readers?.get(socketId)
    if (!readers || !reader) return
    for (const reading of reader.reads.values()) reading.abort()
    if (reader.stopTyping) clearTimeout(reader.stopTyping)
    readers.delete(socketId)
    if (readers.size === 0) chats.delete(chatId)
    showPeople(chatId)
  }

  const leaveWhere = (isGone: (reader: Reader, socketId: string) => boolean): void => {
    for (const [chatId, readers] of chats) {
      for (const [socketId, reader] of readers) if (isGone(reader, socketId)) leave(chatId, socketId)
    }
  }

  const onControl = (event: ControlEvent): void => {
    switch (event.type) {
      case 'role-changed': {
        const { workspaceId, userId, role } = event
        if (DISCUSSING.some((one) => one === role)) return
        return leaveWhere((reader) => reader.workspaceId === workspaceId && reader.actor.userId === userId)
      }
      case 'workspace-deleted':
        return leaveWhere((reader) => reader.workspaceId === event.workspaceId)
      case 'sessions-revoked':
        return leaveWhere(
          ({ actor }) =>
            actor.userId === event.userId && (event.sessionIds === 'all' || event.sessionIds.includes(actor.sessionId)),
        )
      case 'link-revoked':
      case 'guest-removed':
      case 'agent-replaced':
        return
    }
  }

  const pump = async (socketId: string, chatId: ChatSessionId, runId: AiRunId, from: number, signal: AbortSignal) => {
    const underWay: Promise<void>[] = []
    for await (const piece of streams.read(runId, from, signal)) {
      if (signal.aborted) return
      if (piece.type === 'end') return void browsers.tell(socketId, 'chat.end', { chatId, runId })
      const sent = browsers.hand(socketId, 'chat.chunk', { chatId, runId, offset: piece.start, text: piece.text })
      // Awaited in its turn below; until then a failure must not count as nobody's.
      sent.catch(() => {})
      underWay.push(sent)
      if (underWay.length >= WINDOW) await underWay.shift()
    }
  }

  const unsubscribe = control.subscribe(onControl)
  return {
    /**
     * Notes who wants in; the returned function lets them, once it is known that they may. Who loses the right in
     * between is taken out like everyone else, and then it does nothing.
     */
    enter(chatId: ChatSessionId, socketId: string, workspaceId: WorkspaceId, actor: UserActor): () => void {
      const readers = chats.get(chatId) ?? new Map<string, Reader>()
      chats.set(chatId, readers)
      const known = readers.get(socketId)
      const reader = known ?? { actor, workspaceId, isAdmitted: false, reads: new Map(), stopTyping: null }
      readers.set(socketId, reader)
      return () => {
        if (chats.get(chatId)?.get(socketId) !== reader) return
        if (!browsers.isHere(socketId)) return leave(chatId, socketId)
        reader.isAdmitted = true
        showPeople(chatId)
      }
    },
    leave,
    gone: (socketId: string): void => leaveWhere((_, one) => one === socketId),
    isInside: (chatId: ChatSessionId, socketId: string): boolean =>
      chats.get(chatId)?.get(socketId)?.isAdmitted === true,
    /** Nobody reads it any more: it was deleted. */
    dissolve(chatId: ChatSessionId): void {
      tell(chatId, 'chat.changed', { chatId })
      for (const socketId of [...(chats.get(chatId)?.keys() ?? [])]) leave(chatId, socketId)
    },
    changed: (chatId: ChatSessionId): void => tell(chatId, 'chat.changed', { chatId }),

    typing(chatId: ChatSessionId, socketId: string, isTyping: boolean): void {
      const reader = chats.get(chatId)?.get(socketId)
      if (!reader) return
      const wasTyping = reader.stopTyping !== null
      if (reader.stopTyping) clearTimeout(reader.stopTyping)
      reader.stopTyping = null
      if (isTyping) {
        reader.stopTyping = setTimeout(() => {
          reader.stopTyping = null
          showPeople(chatId)
        }, TYPING_MS)
        reader.stopTyping.unref()
      }
      if (wasTyping !== isTyping) showPeople(chatId)
    },

    /** Sends everything of a run from this offset on; following again begins anew. */
    follow(chatId: ChatSessionId, socketId: string, runId: AiRunId, offset: number): void {
      const reader = chats.get(chatId)?.get(socketId)
      if (!reader) return
      reader.reads.get(runId)?.abort()
      const reading = new AbortController()
      reader.reads.set(runId, reading)
      pump(socketId, chatId, runId, offset, reading.signal)
        .catch((err: unknown) => {
          // Either the browser is gone, or the store is: it is told to look again, and follows anew.
          log.debug({ err, runId }, 'a reader of a run was left behind')
          browsers.tell(socketId, 'chat.changed', { chatId })
        })
        .finally(() => {
          if (reader.reads.get(runId) === reading) reader.reads.delete(runId)
        })
    },

    close(): void {
      unsubscribe()
      leaveWhere(() => true)
    },
  }
}
