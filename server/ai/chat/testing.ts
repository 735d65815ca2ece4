import { pino } from 'pino'
import type { UserActor } from '#shared/access/actor.ts'
import type { MemberRole } from '#shared/access/permissions.ts'
import type { AiRunId, ChatMessageId, ChatSessionId, SessionId, UserId, WorkspaceId } from '#shared/ids.ts'
import type { RunInfo } from '#shared/api/chat.ts'
import { createControlBus } from '#server/platform/control.ts'
import { createTestDatabase } from '#server/platform/testing/database.ts'
import { newId } from '#server/platform/tokens.ts'
import { createCallerFactory } from '#server/platform/trpc.ts'
import type { ChatTurn, Gateway, GatewayCall } from '../gateway/types.ts'
import { createFakeGateway, type FakeAnswer } from '../testing/fake-gateway.ts'
import { createChat } from './chat.ts'
import { createMemoryStreams } from './streams/memory-streams.ts'
import type { RunStreams } from './streams/run-streams.ts'

interface Told {
  readonly socketId: string
  readonly event: string
  readonly payload: unknown
}

/** The feature on a real database, with a gateway that says what the test has it say and browsers that only listen. */
export async function createTestChat(streams: RunStreams = createMemoryStreams()) {
  const database = await createTestDatabase()
  const { pool, prisma } = database
  const logged: string[] = []
  const log = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) })
  const control = createControlBus((error) => {
    throw error
  })
  const behaviour: { answer: (call: GatewayCall) => FakeAnswer } = { answer: () => ({ pieces: ['Hel', 'lo'] }) }
  const gateway = createFakeGateway((call) => behaviour.answer(call), pool)
  const abandoned: { readonly id: AiRunId; readonly messages: readonly ChatTurn[] }[] = []
  const told: Told[] = []
  const listeners = new Set<() => void>()
  const audited: object[] = []
  const note = (socketId: string, event: string, payload: unknown): void => {
    told.push({ socketId, event, payload })
    for (const listener of listeners) listener()
  }
  const roles = new Map<string, MemberRole>()
  const options = {
    pool,
    gateway: {
      ...gateway,
      abandonRun: (...args: Parameters<Gateway['abandonRun']>) => {
        abandoned.push({ id: args[0], messages: args[1] })
        return gateway.abandonRun(...args)
      },
    },
    streams,
    control,
    browsers: {
      isHere: () => true,
      tell: note,
      hand: (...args: [string, string, unknown]) => Promise.resolve(note(...args)),
    },
    broadcast: (workspaceId: WorkspaceId, event: string, payload: unknown) => note(workspaceId, event, payload),
    toUser: (userId: UserId, event: string, payload: unknown) => note(userId, event, payload),
    record: (_by: unknown, entry: object) => Promise.resolve(void audited.push(entry)),
    log,
    now: Date.now,
  }
  const chat = createChat(options)
  const workspaceId = newId<WorkspaceId>()
  await prisma.workspace.create({ data: { id: workspaceId, name: 'chats', volumeId: newId<string>() } })

  const as = (actor: UserActor) =>
    createCallerFactory(chat.router)({
      actor,
      requestId: 'r',
      address: '',
      userAgent: '',
      cookies: new Map(),
      log,
      signal: new AbortController().signal,
      loadWorkspace: (_, id) =>
        Promise.resolve({ type: 'workspace', id, role: roles.get(`${id} ${actor.userId}`) ?? null, isDeleted: false }),
      setCookie: () => {},
    })

  return {
    ...database,
    chat,
    options,
    control,
    gateway,
    streams,
    behaviour,
    abandoned,
    audited,
    told,
    logged,
    workspaceId,
    as,

    async person(name: string, role: MemberRole = 'editor'): Promise<UserActor> {
      const userId = newId<UserId>()
      await prisma.user.create({
        data: { id: userId, email: `${userId.toLowerCase()}@example.org`, name, color: 1 },
      })
      await prisma.membership.create({ data: { workspaceId, userId, role } })
      roles.set(`${workspaceId} ${userId}`, role)
      const ids = { type: 'user' as const, userId, sessionId: newId<SessionId>() }
      return { ...ids, name, color: 1, isPlatformAdmin: false, isSuspended: false }
    },

    async chatOf(actor: UserActor, isShared = true): Promise<ChatSessionId> {
      return (await as(actor).create({ workspaceId, title: 'Retry policy', isShared })).id as ChatSessionId
    },

    draft: (chatId: ChatSessionId, text: string, after: string | null = null) => ({
      workspaceId,
      chatId,
      messageId: newId<ChatMessageId>(),
      place: { type: 'after' as const, messageId: after as ChatMessageId | null },
      text,
      attachments: [],
    }),

    /** Sends an event as this person's browser, after its permission was judged. */
    async emit(actor: UserActor, socketId: string, name: string, input: object): Promise<unknown> {
      const event = chat.sockets.events.find((one) => one.name === name)!
      const role = roles.get(`${workspaceId} ${actor.userId}`) ?? null
      const workspace = { type: 'workspace' as const, id: workspaceId, role, isDeleted: false }
      return event.handle({ socketId, actor, workspace, isInside: true }, event.parse({ workspaceId, ...input }))
    },

    /** Resolves when something told makes it true. */
    async until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
      for (;;) {
        const seen = told.length
        if (await isTrue()) return
        // Something was told while it was looked: look again.
        if (told.length !== seen) continue
        await new Promise<void>((resolve) => {
          const listener = (): void => {
            listeners.delete(listener)
            resolve()
          }
          listeners.add(listener)
        })
      }
    },

    /** The runs of a chat once none of them waits or works; somebody must have joined it. */
    async settled(actor: UserActor, chatId: ChatSessionId): Promise<readonly RunInfo[]> {
      let runs: readonly RunInfo[] = []
      await this.until(async () => {
        runs = (await as(actor).read({ workspaceId, chatId })).runs
        return runs.every(({ status }) => status !== 'queued' && status !== 'running')
      })
      return runs
    },

    async close() {
      await chat.close()
      await database.close()
    },
  }
}

export type TestChat = Awaited<ReturnType<typeof createTestChat>>
