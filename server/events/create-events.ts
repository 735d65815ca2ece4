import { createServer, type IncomingMessage } from 'node:http'
import { Server } from 'socket.io'
import { type Actor, ANONYMOUS } from '#shared/access/actor.ts'
import type { ImportId, UserId, WorkspaceId } from '#shared/ids.ts'
import type { ClientEvents, ImportStatus, PresentPerson, ServerEvents } from '#shared/protocol/events.ts'
import type { LoadWorkspaceResource } from '#server/platform/access.ts'
import type { ControlBus } from '#server/platform/control.ts'
import type { UpgradeRoute } from '#server/platform/http.ts'
import type { Logger } from '#server/platform/log.ts'
import { createRateLimit, type RateLimit } from '#server/platform/rate-limit.ts'
import { createAccessWatch } from './access-watch.ts'
import { createCoalescer } from './coalesce.ts'
import { createDispatch } from './dispatch.ts'
import { createJudge } from './judge.ts'
import { isSameActor, type LiveSocket, userRoom, workspaceRoom } from './live-sockets.ts'
import { createPresence } from './presence.ts'
import type { SocketEvent } from '#server/platform/socket-event.ts'
import { createWorkspaceEvents } from './workspace-events.ts'

export interface EventsOptions {
  readonly control: ControlBus
  readonly log: Logger
  readonly resolveActor: (req: IncomingMessage) => Promise<Actor>
  /**
   * Whether what stands behind an actor still does, asked without counting as use of the session: an open page that
   * nobody touches must run out. Without it the cookies are resolved again, which counts.
   */
  readonly isActorValid?: (actor: Actor) => Promise<boolean>
  readonly loadWorkspace: LoadWorkspaceResource
  readonly importWatch: (actor: Actor, importId: ImportId) => ImportStatus | Promise<ImportStatus>
  readonly now: () => number
  /** what other features let browsers send */
  readonly featureEvents?: readonly SocketEvent[]
  /** what a socket's person may do in a workspace was judged anew */
  readonly onJudged?: (
    socketId: string,
    actor: Actor,
    workspaceId: WorkspaceId,
    resource: Awaited<ReturnType<LoadWorkspaceResource>>,
  ) => void
  /** a socket left a workspace; null: it is gone */
  readonly onLeft?: (socketId: string, workspaceId: WorkspaceId | null) => void
  /** how often everyone is judged anew; 30 s */
  readonly recheckMs?: number
  readonly heartbeat?: { readonly pingInterval: number; readonly pingTimeout: number }
}

export interface Events {
  /** The upgrade path; Origin and actor are judged by the one upgrade listener before it is called. */
  readonly route: UpgradeRoute
  /** Every event browsers may send, with its permission. */
  readonly events: readonly SocketEvent[]
  /** Tells everyone inside a workspace. */
  broadcast<E extends keyof ServerEvents>(
    workspaceId: WorkspaceId,
    event: E,
    payload: Parameters<ServerEvents[E]>[0],
  ): void
  /** Tells one tab. */
  toSocket<E extends keyof ServerEvents>(socketId: string, event: E, payload: Parameters<ServerEvents[E]>[0]): void
  /** Tells one tab and resolves when it has taken it; rejects where it is gone or does not answer. */
  handToSocket<E extends keyof ServerEvents>(
    socketId: string,
    event: E,
    payload: Parameters<ServerEvents[E]>[0],
  ): Promise<void>
  hasSocket(socketId: string): boolean
  /** Tells every tab of one person. */
  toUser<E extends keyof ServerEvents>(userId: UserId, event: E, payload: Parameters<ServerEvents[E]>[0]): void
  peopleInside(workspaceId: WorkspaceId): PresentPerson[]
  /** Tabs connected to this node. */
  socketCount(): number
  close(): Promise<void>
}

const PAYLOAD_LIMIT_BYTES = 64 * 1024
const PRESENCE_DELAY_MS = 50
const RECHECK_MS = 30_000
/** Together at most 30 s until a half-open connection is noticed. */
const HEARTBEAT = { pingInterval: 15_000, pingTimeout: 15_000 }
/** A browser that takes nothing for so long is left behind. */
const HAND_TIMEOUT_MS = 30_000
/** Far above a person's looking around, far below what would hurt. */
const RATE = { perMinute: 1200, burst: 100 }

/** Live events on socket.io, over WebSocket alone: presence, notices, and the end of access. */
export function createEvents(options: EventsOptions): Events {
  const { control, log, resolveActor, loadWorkspace, importWatch, now } = options
  const io = new Server<ClientEvents, ServerEvents>({
    serveClient: false,
    transports: ['websocket'],
    maxHttpBufferSize: PAYLOAD_LIMIT_BYTES,
    connectTimeout: 10_000,
    ...(options.heartbeat ?? HEARTBEAT),
  })
  // socket.io wants a server to listen on; ours has one upgrade listener for all paths, so this one never listens.
  io.attach(createServer())

  const actors = new WeakMap<IncomingMessage, Actor>()
  const sockets = new Map<string, LiveSocket>()
  const throttle = createRateLimit({ ...RATE, now })
  const judge = createJudge(loadWorkspace, now)
  const pictures = createCoalescer<WorkspaceId>(PRESENCE_DELAY_MS, (workspaceId) => {
    io.to(workspaceRoom(workspaceId)).emit('presence.changed', { workspaceId, people: presence.people(workspaceId) })
  })
  const presence = createPresence(pictures.mark, now)
  const { isActorValid } = options
  const isStillValid = async ({ actor, req }: LiveSocket) =>
    isActorValid ? isActorValid(actor) : isSameActor(actor, await resolveActor(req))
  const watch = createAccessWatch({
    judge,
    presence,
    sockets,
    isStillValid,
    onJudged: ({ socket, actor }, id, resource) => options.onJudged?.(socket.id, actor, id, resource),
    onLeft: ({ socket }, id) => options.onLeft?.(socket.id, id),
    log,
  })
  const events = [
    ...createWorkspaceEvents({ presence, sockets, exit: watch.exit, importWatch }),
    ...(options.featureEvents ?? []),
  ]
  const paces = new Map<string, RateLimit>(
    events.flatMap(({ name, pace }) => (pace === null ? [] : [[name, createRateLimit({ ...pace, now })]])),
  )
  const dispatch = createDispatch({ events, judge, throttle, paces, log })

  io.on('connection', (socket) => {
    const req = socket.request
    const actor = actors.get(req) ?? ANONYMOUS
    if (actor.type !== 'user' && actor.type !== 'guest') return void socket.disconnect(true)
    const live: LiveSocket = { socket, req, actor, inside: new Map() }
    sockets.set(socket.id, live)
    if (actor.type === 'user') void socket.join(userRoom(actor.userId))
    dispatch(live)
    // A session may have ended between the handshake and this moment, before anything could be told to this socket.
    watch.recheck(live).catch((error: unknown) => {
      log.error({ err: error }, 'a new socket could not be judged')
      socket.disconnect(true)
    })
    socket.on('disconnect', () => {
      sockets.delete(socket.id)
      throttle.reset(socket.id)
      for (const pace of paces.values()) pace.reset(socket.id)
      options.onLeft?.(socket.id, null)
      for (const workspaceId of live.inside.keys()) presence.leave(workspaceId, socket.id)
    })
  })

  const unsubscribe = control.subscribe(watch.onControl)
  const recheck = setInterval(() => void watch.recheckAll(), options.recheckMs ?? RECHECK_MS)
  recheck.unref()

  return {
    route: {
      path: '/socket.io/',
      permission: 'each-channel',
      handle({ req, socket, head, actor }) {
        actors.set(req, actor)
        io.engine.handleUpgrade(req, socket, head)
      },
    },
    events,
    // The payload's type is bound to the event's name above; socket.io's own overloads cannot follow that.
    broadcast: (workspaceId, event, payload) => emitTo(io.to(workspaceRoom(workspaceId)), event, payload),
    toSocket: (socketId, event, payload) => emitTo(io.to(socketId), event, payload),
    async handToSocket(socketId, event, payload) {
      const live = sockets.get(socketId)
      if (!live) throw new Error('the browser is gone')
      await acknowledged(live.socket.timeout(HAND_TIMEOUT_MS), event, payload)
    },
    hasSocket: (socketId) => sockets.has(socketId),
    toUser: (userId, event, payload) => emitTo(io.to(userRoom(userId)), event, payload),
    peopleInside: presence.people,
    socketCount: () => sockets.size,
    async close() {
      unsubscribe()
      clearInterval(recheck)
      pictures.close()
      await io.close()
    },
  }
}

async function acknowledged(target: { emitWithAck: unknown }, event: string, payload: unknown): Promise<void> {
  const emitter = target as { emitWithAck(event: string, payload: unknown): Promise<unknown> }
  await emitter.emitWithAck(event, payload)
}

function emitTo(target: { emit: unknown }, event: string, payload: unknown): void {
  const emitter = target as { emit(event: string, payload: unknown): void }
  emitter.emit(event, payload)
}
