import { createServer, type IncomingMessage } from 'node:http'
import { Server, type Socket } from 'socket.io'
import type { Actor } from '#shared/access/actor.ts'
import { AppError } from '#shared/errors.ts'
import type { WorkspaceId } from '#shared/ids.ts'
import {
  AGENT_NAMESPACE,
  AGENT_PATH,
  type AgentResult,
  type AgentToServerEvents,
  type ServerToAgentEvents,
} from '#shared/protocol/agent.ts'
import type { ControlBus } from '#server/platform/control.ts'
import type { UpgradeRoute } from '#server/platform/http.ts'
import type { AgentIdentity } from './base-store.ts'

export type AgentSocket = Socket<AgentToServerEvents, ServerToAgentEvents>
type Calls = {
  [
    Name in keyof ServerToAgentEvents as Parameters<ServerToAgentEvents[Name]>['length'] extends 2 ? Name : never
  ]: ServerToAgentEvents[Name]
}
type CallName = keyof Calls
type InputOf<N extends CallName> = Parameters<Calls[N]>[0]
type AnswerOf<N extends CallName> = Parameters<Parameters<Calls[N]>[1]>[0]
export type ValueOf<N extends CallName> = AnswerOf<N> extends AgentResult<infer T> ? T : never

export interface AgentGateway {
  readonly route: UpgradeRoute
  isConnected(workspaceId: WorkspaceId): boolean
  /** Resolves once its agent is connected. Throws agent_offline after `timeoutMs`. */
  whenConnected(workspaceId: WorkspaceId, timeoutMs: number): Promise<void>
  /** Throws the agent's AppError; agent_offline where none is connected, timeout where it does not answer. */
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
  readonly onConnected: (agent: AgentIdentity, socket: AgentSocket) => void
  readonly onDisconnected: (agent: AgentIdentity) => void
}

const CALL_TIMEOUT_MS = 15_000
/** Uploads and seeds come the other way in chunks; a checkout's delta is the largest message. */
const MESSAGE_MAX_BYTES = 64 << 20

/** The door of agents: one connection a workspace, the newest generation's. */
export function createAgentGateway(options: AgentGatewayOptions): AgentGateway {
  const io = new Server<AgentToServerEvents, ServerToAgentEvents>({
    serveClient: false,
    path: AGENT_PATH,
    transports: ['websocket'],
    maxHttpBufferSize: MESSAGE_MAX_BYTES,
    pingInterval: 10_000,
    pingTimeout: 10_000,
  })
  // The one upgrade listener hands sockets over; this server never listens.
  io.attach(createServer())
  const actors = new WeakMap<IncomingMessage, Actor>()
  const agents = new Map<WorkspaceId, { identity: AgentIdentity; socket: AgentSocket }>()
  const waiting = new Map<WorkspaceId, Set<() => void>>()

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
    options.onConnected(identity, socket)
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
        emitWithAck(name: string, input: unknown): Promise<AgentResult<ValueOf<N>>>
      }
      let result: AgentResult<ValueOf<N>>
      try {
        result = await to.emitWithAck(name, input)
      } catch (cause) {
        throw new AppError(agent.socket.connected ? 'timeout' : 'agent_offline', undefined, { cause })
      }
      if (result.ok) return result.value
      throw new AppError(result.code, result.message === '' ? undefined : result.message)
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
