import { pino } from 'pino'
import * as Y from 'yjs'
import type { Actor, UserActor } from '#shared/access/actor.ts'
import type { MemberRole } from '#shared/access/permissions.ts'
import type { AnchoredRange, SuggestionInfo } from '#shared/api/suggestions.ts'
import type { DocumentId, SessionId, SuggestionId, UserId, WorkspaceId } from '#shared/ids.ts'
import { TEXT_NAME } from '#shared/protocol/sync.ts'
import type { GatewayCall } from '#server/ai/gateway/types.ts'
import { createSuggestions } from '#server/ai/suggestions/suggestions.ts'
import { createFakeGateway, type FakeAnswer } from '#server/ai/testing/fake-gateway.ts'
import { createControlBus } from '#server/platform/control.ts'
import { createTestDatabase } from '#server/platform/testing/database.ts'
import { newId } from '#server/platform/tokens.ts'
import { createCallerFactory } from '#server/platform/trpc.ts'
import { createPostgresLog } from '#server/sync/log/postgres-log.ts'
import { createSync } from '#server/sync/sync.ts'
import { connectClient, type TestClient } from '#server/sync/test-client.ts'
import { until } from '#server/sync/testing.ts'
import { createDocumentAccess } from '../document-access.ts'

/** The feature over the real sync engine and a real database, with a gateway that says what the test has it say. */
export async function createTestSuggestions(now: () => number = Date.now) {
  const database = await createTestDatabase()
  const { pool, prisma } = database
  const logged: string[] = []
  const log = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) })
  const control = createControlBus((error) => {
    throw error
  })
  const workspaceId = newId<WorkspaceId>()
  await prisma.workspace.create({ data: { id: workspaceId, name: 'suggestions', volumeId: newId<string>() } })
  const loadWorkspace = async (actor: Actor, id: WorkspaceId) => {
    const userId = actor.type === 'user' ? actor.userId : ''
    const found = await prisma.membership.findUnique({ where: { workspaceId_userId: { workspaceId: id, userId } } })
    return { type: 'workspace' as const, id, role: found?.role ?? null, isDeleted: false }
  }
  const activity: string[] = []
  const behaviour: { answer: (call: GatewayCall) => FakeAnswer } = { answer: () => ({ pieces: ['```\nnew\n```'] }) }
  const gateway = createFakeGateway((call) => behaviour.answer(call), pool)
  const told: { readonly to: string; readonly event: string; readonly payload: unknown }[] = []
  const tell = (to: string, event: string, payload: unknown): void => void told.push({ to, event, payload })

  /** Another server on the same database. */
  const startNode = () => {
    const sync = createSync({
      log: createPostgresLog(pool),
      authorize: createDocumentAccess(pool, loadWorkspace),
      onSeedNeeded: () => undefined,
      onActivity: (_, userId) => void activity.push(userId),
      control,
      logger: log,
    })
    const suggestions = createSuggestions({
      pool,
      sync,
      gateway,
      openDocument: async (id, path) => {
        const found = await prisma.document.findFirstOrThrow({ where: { workspaceId: id, path } })
        return { documentId: found.id as DocumentId }
      },
      broadcast: tell,
      toUser: tell,
      now,
    })
    const as = (actor: UserActor, signal = new AbortController().signal) =>
      createCallerFactory(suggestions.router)({
        actor,
        requestId: 'r',
        address: '',
        userAgent: '',
        cookies: new Map(),
        log,
        signal,
        loadWorkspace,
        setCookie: () => {},
      })
    const close = async (): Promise<void> => {
      suggestions.close()
      await sync.shutdown()
    }
    return { sync, as, close }
  }
  const { sync, as, close } = startNode()
  const textOf = async (documentId: DocumentId): Promise<string> => (await sync.readText(documentId)).text

  return {
    ...database,
    startNode,
    sync,
    workspaceId,
    gateway,
    behaviour,
    told,
    logged,
    activity,
    as,
    textOf,

    async person(name: string, role: MemberRole = 'editor'): Promise<UserActor> {
      const userId = newId<UserId>()
      await prisma.user.create({ data: { id: userId, email: `${userId.toLowerCase()}@example.org`, name, color: 3 } })
      await prisma.membership.create({ data: { workspaceId, userId, role } })
      const ids = { type: 'user' as const, userId, sessionId: newId<SessionId>() }
      return { ...ids, name, color: 3, isPlatformAdmin: false, isSuspended: false }
    },

    async document(text: string, path = `${newId<string>()}.ts`, inWorkspace = workspaceId): Promise<DocumentId> {
      const id = newId<DocumentId>()
      const data = { id, workspaceId: inWorkspace, path, realPath: path, head: { create: {} } }
      await prisma.document.create({ data })
      await sync.seed(id, text, 'agent')
      return id
    },

    /** The document in this person's editor. */
    async open(actor: UserActor, documentId: DocumentId): Promise<TestClient> {
      const client = connectClient(sync, actor, documentId)
      const text = await textOf(documentId)
      await until(() => client.text.toString() === text)
      return client
    },

    /** Where this text stands, as a browser would anchor it. */
    async rangeOf(documentId: DocumentId, part: string): Promise<AnchoredRange> {
      const doc = new Y.Doc()
      const { seq, text } = await sync.readText(documentId)
      Y.applyUpdate(doc, await sync.textUpdateAt(documentId, seq))
      const from = text.indexOf(part)
      const at = (index: number, assoc: number) =>
        Buffer.from(
          Y.encodeRelativePosition(Y.createRelativePositionFromTypeIndex(doc.getText(TEXT_NAME), index, assoc)),
        ).toString('base64')
      return { start: at(from, 0), end: at(from + part.length, -1) }
    },

    /** Has this person propose `newText` for all of the document. */
    async propose(by: UserActor, documentId: DocumentId, newText: string): Promise<SuggestionInfo> {
      const baseText = await textOf(documentId)
      const range = await this.rangeOf(documentId, baseText)
      return as(by).propose({ workspaceId, documentId, range, baseText, newText })
    },

    choice: ({ id }: { readonly id: string }, ...positions: number[]) => ({
      workspaceId,
      suggestionId: id as SuggestionId,
      ...(positions.length === 0 ? {} : { positions }),
    }),

    async close() {
      await close()
      await database.close()
    },
  }
}

export type TestSuggestions = Awaited<ReturnType<typeof createTestSuggestions>>
