import { io, type Socket } from 'socket.io-client'
import type { WorkspaceId } from '#shared/ids.ts'
import type { ClientEvents, EventResult, ServerEvents } from '#shared/protocol/events.ts'
import { ERRORS, type ErrorCode } from '#shared/errors.ts'
import { ApiError } from './api-error.ts'

export type AppSocket = Socket<ServerEvents, ClientEvents>

let socket: AppSocket | null = null

/** The page's one socket for events; connects when first asked for. */
export function getSocket(): AppSocket {
  socket ??= io({ path: '/socket.io', transports: ['websocket'], reconnectionDelayMax: 10_000 })
  return socket
}

/** After signing in or out: the next handshake carries the new cookie. */
export function reconnectSocket(): void {
  if (socket === null) return
  socket.disconnect().connect()
}

type Input<E extends keyof ClientEvents> = Parameters<ClientEvents[E]>[0]
type Value<E extends keyof ClientEvents> = Parameters<Parameters<ClientEvents[E]>[1]>[0] extends infer R
  ? R extends { ok: true; value: infer V }
    ? V
    : never
  : never

const ACK_TIMEOUT_MS = 10_000

/** Sends an event and waits for its acknowledgement; throws ApiError with the code the server gave. */
export async function emitForResult<E extends keyof ClientEvents>(
  event: E,
  input: Input<E>,
  timeoutMs: number = ACK_TIMEOUT_MS,
): Promise<Value<E>> {
  // The generic emit cannot be typed per event by socket.io; the two types above hold input and answer together.
  const emitter = getSocket().timeout(timeoutMs) as unknown as {
    emitWithAck(event: string, input: unknown): Promise<EventResult<Value<E>>>
  }
  const result = await emitter.emitWithAck(event, input).catch(() => {
    // Its one failure is that no answer came in time, which the next line says in our own words.
    return null
  })
  if (result === null) throw new ApiError('timeout')
  if (!result.ok) throw new ApiError(Object.hasOwn(ERRORS, result.code) ? (result.code as ErrorCode) : 'internal')
  return result.value
}

let inside: {
  socketId: string | undefined
  workspaceId: WorkspaceId
  joined: Promise<Value<'workspace.join'>>
} | null = null

/** Enters a workspace, once a connection; whoever asks again gets the same answer. What needs to be inside waits for it. */
export function enterWorkspace(workspaceId: WorkspaceId): Promise<Value<'workspace.join'>> {
  const socketId = getSocket().id
  if (inside === null || inside.workspaceId !== workspaceId || inside.socketId !== socketId) {
    const entering = { socketId, workspaceId, joined: emitForResult('workspace.join', { workspaceId }) }
    inside = entering
    // Refused: the next to ask asks the server again.
    entering.joined.catch(() => {
      if (inside === entering) inside = null
    })
  }
  return inside.joined
}

/** Leaves it, without waiting: a lost connection has left already. */
export function leaveWorkspace(workspaceId: WorkspaceId): void {
  if (inside?.workspaceId === workspaceId) inside = null
  void emitForResult('workspace.leave', { workspaceId }).catch(() => undefined)
}
