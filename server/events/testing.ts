import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { io, type Socket } from 'socket.io-client'
import { type Actor, ANONYMOUS, authorId } from '#shared/access/actor.ts'
import type { WorkspaceRole } from '#shared/access/permissions.ts'
import { AppError } from '#shared/errors.ts'
import type { GuestId, ImportId, SessionId, ShareLinkId, UserId, WorkspaceId } from '#shared/ids.ts'
import type { ClientEvents, EventResult, ImportStatus, ServerEvents } from '#shared/protocol/events.ts'
import { createControlBus } from '#server/platform/control.ts'
import { newId } from '#server/platform/tokens.ts'
import { createEvents, type EventsOptions } from './create-events.ts'

export type Client = Socket<ServerEvents, ClientEvents>

const noteOf = (req: IncomingMessage): string => /actor=(\S+)/.exec(req.headers.cookie ?? '')?.[1] ?? ''

/** The feature on a real HTTP server and real sockets, with roles that a test sets as it likes. */
export async function createTestEvents(overrides: Partial<EventsOptions> = {}) {
  const actors = new Map<string, Actor>()
  const roles = new Map<string, WorkspaceRole>()
  const deleted = new Set<WorkspaceId>()
  const imports = new Map<ImportId, { owner: UserId; status: ImportStatus }>()
  const clients: Client[] = []
  const control = createControlBus((error) => {
    throw error
  })
  const roleKey = (workspaceId: WorkspaceId, actor: Actor) => `${workspaceId} ${authorId(actor)}`
  const events = createEvents({
    control,
    log: pino({ level: 'silent' }),
    resolveActor: (req) => Promise.resolve(actors.get(noteOf(req)) ?? ANONYMOUS),
    loadWorkspace: (actor, id) =>
      Promise.resolve({
        type: 'workspace',
        id,
        role: roles.get(roleKey(id, actor)) ?? null,
        isDeleted: deleted.has(id),
      }),
    importWatch(actor, id) {
      const found = imports.get(id)
      if (!found || actor.type !== 'user' || actor.userId !== found.owner) throw new AppError('not_found')
      return found.status
    },
    now: Date.now,
    ...overrides,
  })
  const server = createServer()
  server.on('upgrade', (req, socket, head) => {
    const actor = actors.get(noteOf(req)) ?? ANONYMOUS
    events.route.handle({ req, socket, head, actor, url: new URL(req.url ?? '/', 'http://internal'), params: {} })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const user = (name: string): Extract<Actor, { type: 'user' }> => {
    const ids = { type: 'user' as const, userId: newId<UserId>(), sessionId: newId<SessionId>() }
    return { ...ids, name, color: 1, isPlatformAdmin: false, isSuspended: false }
  }
  const guest = (name: string, workspaceId: WorkspaceId): Extract<Actor, { type: 'guest' }> => {
    const ids = { type: 'guest' as const, guestId: newId<GuestId>(), linkId: newId<ShareLinkId>(), workspaceId }
    return { ...ids, name, color: 2, expiresAt: Date.now() + 3_600_000 }
  }

  return {
    url,
    events,
    control,
    actors,
    deleted,
    imports,
    user,
    guest,
    workspace: () => newId<WorkspaceId>(),
    setRole(workspaceId: WorkspaceId, actor: Actor, role: WorkspaceRole | null) {
      if (role === null) roles.delete(roleKey(workspaceId, actor))
      else roles.set(roleKey(workspaceId, actor), role)
    },

    /** A cookie that stands for this actor. */
    cookieOf(actor: Actor): string {
      const note = newId<string>()
      actors.set(note, actor)
      return `actor=${note}`
    },

    async connect(actor: Actor): Promise<Client> {
      const extraHeaders = { cookie: this.cookieOf(actor) }
      const client: Client = io(url, { transports: ['websocket'], reconnection: false, forceNew: true, extraHeaders })
      clients.push(client)
      await new Promise<void>((resolve, reject) => {
        client.once('connect', resolve)
        client.once('connect_error', reject)
      })
      return client
    },

    async close() {
      for (const client of clients) client.disconnect()
      await events.close()
      server.close()
      server.closeAllConnections()
    },
  }
}

export type TestEvents = Awaited<ReturnType<typeof createTestEvents>>

/** Sends anything at all, as a hostile client may, and waits for the acknowledgement. */
export const send = <T = unknown>(client: Client, name: string, ...args: unknown[]): Promise<EventResult<T>> =>
  (client as unknown as Socket).timeout(5000).emitWithAck(name, ...args) as Promise<EventResult<T>>

/** The next payload of an event that satisfies the condition. */
export const next = <E extends keyof ServerEvents>(
  client: Client,
  event: E,
  isWanted: (payload: Parameters<ServerEvents[E]>[0]) => boolean = () => true,
): Promise<Parameters<ServerEvents[E]>[0]> =>
  new Promise((resolve) => {
    // socket.io cannot relate a generic name to its payload; this function's own types do.
    const anyClient = client as unknown as {
      on(event: string, listener: (payload: Parameters<ServerEvents[E]>[0]) => void): void
      off(event: string, listener: (payload: Parameters<ServerEvents[E]>[0]) => void): void
    }
    const listener = (payload: Parameters<ServerEvents[E]>[0]) => {
      if (!isWanted(payload)) return
      anyClient.off(event, listener)
      resolve(payload)
    }
    anyClient.on(event, listener)
  })

export const disconnected = (client: Client): Promise<string> =>
  new Promise((resolve) => (client.connected ? client.once('disconnect', resolve) : resolve('already')))
