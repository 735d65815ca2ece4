import { createServer, type IncomingMessage } from 'node:http'
import { Server, type Socket } from 'socket.io'
import { z } from 'zod'
import type { Actor } from '#shared/access/actor.ts'
import { AppError } from '#shared/errors.ts'
import type { WorkspaceId } from '#shared/ids.ts'
import {
  AGENT_NAMESPACE,
  AGENT_PATH,
  type AgentToServerEvents,
  type ServerToAgentEvents,
} from '#shared/protocol/agent.ts'
import type { ControlBus } from '#server/platform/control.ts'
import type { UpgradeRoute } from '#server/platform/http.ts'
import type { Logger } from '#server/platform/log.ts'
import { type CallName, type InputOf, parseAnswer, type ValueOf } from './agent-answers.ts'
import { createBudget } from './agent-budget.ts'
import type { AgentIdentity } from './base-store.ts'

export type AgentSocket = Socket<AgentToServerEvents, ServerToAgentEvents>
export interface AgentGateway {
  readonly route: UpgradeRoute
  isConnected(workspaceId: WorkspaceId): boolean
  /** Resolves once its agent is connected. Throws agent_offline after `timeoutMs`. */
  whenConnected(workspaceId: WorkspaceId, timeoutMs: number): Promise<void>
  /**
   * Throws the agent's AppError; agent_offline where none is connected, or where it answered nonsense and was cut off;
   * timeout where it does not answer.
   */
  call<N extends CallName>(
    workspaceId: WorkspaceId,
    name: N,
    input: InputOf<N>,
    timeoutMs?: number,
  ): Promise<ValueOf<N>>
  sayStop(workspaceId: WorkspaceId): void
  close(): Promise<void>
}

export interface AgentGatewayOptions {
  readonly control: ControlBus
  /** `cutOff` is for an agent that sent what no agent of ours sends. */
  readonly onConnected: (agent: AgentIdentity, socket: AgentSocket, cutOff: (reason: string) => void) => void
  readonly onDisconnected: (agent: AgentIdentity) => void
  readonly log: Logger
  readonly now?: () => number
}

const CALL_TIMEOUT_MS = 15_000
/**
 * The largest honest message is a delta of some 50,000 entries; one that is larger costs a reconnection, which brings
 * the tree in parts. Parsing more in one go would keep everybody else waiting.
 */
const MESSAGE_MAX_BYTES = 8 << 20
/** How long one that was cut off stays out, so that it cannot spend its time coming back. */
const SHUT_OUT_MS = 5_000

/** The door of agents: one connection a workspace, the newest generation's. */
export function createAgentGateway(options: AgentGatewayOptions): AgentGateway {
  const io = new Server<AgentToServerEvents, ServerToAgentEvents>({
    serveClient: false,
    path: AGENT_PATH,
    transports: ['websocket'],
    maxHttpBufferSize: MESSAGE_MAX_BYTES,
    // One that hangs is missed within 15 s.
    pingInterval: 5_000,
    pingTimeout: 10_000,
  })
  // The one upgrade listener hands sockets over; this server never listens.
  io.attach(createServer())
  const actors = new WeakMap<IncomingMessage, Actor>()
  const agents = new Map<WorkspaceId, { identity: AgentIdentity; socket: AgentSocket }>()
  const waiting = new Map<WorkspaceId, Set<() => void>>()
  const shutOutUntil = new Map<WorkspaceId, number>()
  const now = options.now ?? Date.now

  const cutOff = ({ workspaceId, generation }: AgentIdentity, socket: AgentSocket, reason: string): void => {
    if (!socket.connected) return
    options.log.warn({ workspaceId, generation, reason }, 'an agent misbehaves and is cut off')
    shutOutUntil.set(workspaceId, now() + SHUT_OUT_MS)
    socket.conn.close()
  }

  const isShutOut = (workspaceId: WorkspaceId): boolean => {
    for (const [id, until] of shutOutUntil) if (until <= now()) shutOutUntil.delete(id)
    return shutOutUntil.has(workspaceId)
  }

  io.of(AGENT_NAMESPACE).on('connection', (socket: AgentSocket) => {
    const actor = actors.get(socket.request)
    if (actor?.type !== 'agent') return void socket.disconnect(true)
    const identity: AgentIdentity = { workspaceId: actor.workspaceId, generation: actor.generation }
    const other = agents.get(identity.workspaceId)
    if (other !== undefined && other.identity.generation > identity.generation) return void socket.disconnect(true)
    agents.set(identity.workspaceId, { identity, socket })
    // The same agent coming back before its old socket was missed is not told to end.
    if (other !== undefined && other.identity.generation === identity.generation) other.socket.conn.close()
    else other?.socket.disconnect(true)
    socket.on('disconnect', () => {
      if (agents.get(identity.workspaceId)?.socket !== socket) return
      agents.delete(identity.workspaceId)
      options.onDisconnected(identity)
    })
    const budget = createBudget(now)
    socket.use((_event, next) => {
      if (budget.take()) next()
      else cutOff(identity, socket, 'too many messages')
    })
    options.onConnected(identity, socket, (reason) => cutOff(identity, socket, reason))
    const ready = waiting.get(identity.workspaceId)
    waiting.delete(identity.workspaceId)
    for (const resolve of ready ?? []) resolve()
  })

  const unsubscribe = options.control.subscribe((event) => {
    if (event.type !== 'agent-replaced') return
    const agent = agents.get(event.workspaceId)
    if (agent !== undefined && agent.identity.generation < event.generation) agent.socket.disconnect(true)
  })

  return {
    route: {
      path: AGENT_PATH,
      permission: 'each-channel',
      handle({ req, socket, head, actor }) {
        if (actor.type !== 'agent') {
          socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
          return
        }
        if (isShutOut(actor.workspaceId)) {
          socket.end('HTTP/1.1 429 Too Many Requests\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
          return
        }
        actors.set(req, actor)
        io.engine.handleUpgrade(req, socket, head)
      },
    },
    isConnected: (workspaceId) => agents.has(workspaceId),
    async whenConnected(workspaceId, timeoutMs) {
      if (agents.has(workspaceId)) return
      await new Promise<void>((resolve, reject) => {
        const queue = waiting.get(workspaceId) ?? new Set()
        waiting.set(workspaceId, queue)
        const timer = setTimeout(() => {
          queue.delete(arrive)
          reject(new AppError('agent_offline'))
        }, timeoutMs)
        const arrive = (): void => {
          clearTimeout(timer)
          resolve()
        }
        queue.add(arrive)
      })
    },
    async call<N extends CallName>(workspaceId: WorkspaceId, name: N, input: InputOf<N>, timeoutMs = CALL_TIMEOUT_MS) {
      const agent = agents.get(workspaceId)
      if (agent === undefined) throw new AppError('agent_offline')
      // The library's own type cannot follow a name that is generic.
      const to = agent.socket.timeout(timeoutMs) as unknown as {
        emitWithAck(name: string, input: unknown): Promise<unknown>
      }
      let answer: unknown
      let onGone = (): void => {}
      // The library waits for the time to pass even where nobody is left to answer.
      const gone = new Promise<never>((_, reject) => {
        onGone = () => reject(new AppError('agent_offline'))
        agent.socket.once('disconnect', onGone)
      })
      try {
        answer = await Promise.race([to.emitWithAck(name, input), gone])
      } catch (cause) {
        throw new AppError(agent.socket.connected ? 'timeout' : 'agent_offline', undefined, { cause })
      } finally {
        agent.socket.off('disconnect', onGone)
      }
      try {
        return parseAnswer(name, answer)
      } catch (error) {
        if (!(error instanceof z.ZodError)) throw error
        cutOff(agent.identity, agent.socket, `a malformed answer to ${name}`)
        throw new AppError('agent_offline', undefined, { cause: error })
      }
    },
    sayStop: (workspaceId) => void agents.get(workspaceId)?.socket.emit('agent.stop'),
    async close() {
      unsubscribe()
      // Cut rather than dismissed: an agent that outlives us is to look for the next server.
      for (const { socket } of agents.values()) socket.conn.close()
      await io.close()
    },
  }
}
