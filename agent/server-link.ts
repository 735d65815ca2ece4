import { io, type Socket } from 'socket.io-client'
import { AppError } from '#shared/errors.ts'
import {
  AGENT_CHUNK_BYTES,
  AGENT_NAMESPACE,
  AGENT_PATH,
  type AgentResult,
  type AgentToServerEvents,
  type ServerToAgentEvents,
} from '#shared/protocol/agent.ts'
import type { OriginCalls } from './documents/origins.ts'
import type { ServerCalls } from './server-calls.ts'

export type AgentSocket = Socket<ServerToAgentEvents, AgentToServerEvents>

const CALL_TIMEOUT_MS = 10_000

/** The server knows the token no longer: another generation has taken over, and trying again is of no use. */
export const isFinalRefusal = (error: Error): boolean => {
  const { description } = error as { description?: { message?: string } }
  return description?.message?.endsWith(' 401') === true
}

export const connectToServer = (options: { serverUrl: string; token: string }): AgentSocket =>
  io(`${options.serverUrl}${AGENT_NAMESPACE}`, {
    path: AGENT_PATH,
    extraHeaders: { authorization: `Bearer ${options.token}` },
    transports: ['websocket'],
    reconnectionDelay: 100,
    reconnectionDelayMax: 2_000,
  })

const valueOf = <T>(result: AgentResult<T>): T => {
  if (result.ok) return result.value
  throw new AppError(result.code, result.message)
}

/** What the server is told of commits, over the same socket. */
export const createOriginCalls = (socket: AgentSocket): OriginCalls => ({
  async seq(documentId) {
    if (!socket.connected) throw new AppError('unavailable')
    const asking: Promise<AgentResult<{ seq: number }>> = socket
      .timeout(CALL_TIMEOUT_MS)
      .emitWithAck('document.seq', { documentId })
    return valueOf(await asking).seq
  },
  origin: (input) => void socket.emit('document.origin', input),
})

/** The server's calls over this socket. While it is away they fail with `unavailable`, and whoever asked tries again. */
export function createServerCalls(socket: AgentSocket): ServerCalls {
  // A call kept for later would be answered for a question that no longer stands.
  const asked = async <T>(ask: (to: ReturnType<AgentSocket['timeout']>) => Promise<AgentResult<T>>): Promise<T> => {
    if (!socket.connected) throw new AppError('unavailable')
    let result: AgentResult<T>
    try {
      result = await ask(socket.timeout(CALL_TIMEOUT_MS))
    } catch (cause) {
      throw new AppError('unavailable', undefined, { cause })
    }
    return valueOf(result)
  }
  return {
    head: (documentId, sha256) => asked((to) => to.emitWithAck('document.head', { documentId, sha256 })),
    async seed(documentId, text) {
      const content = Buffer.from(text, 'utf8')
      for (let offset = 0; ; offset += AGENT_CHUNK_BYTES) {
        const bytes = content.subarray(offset, offset + AGENT_CHUNK_BYTES)
        const isLast = offset + bytes.length >= content.length
        const answer = await asked<{ isSeeded: boolean }>((to) =>
          to.emitWithAck('document.seed', { documentId, offset, bytes, isLast }),
        )
        if (isLast) return answer
      }
    },
    baseGet: (documentId) => asked((to) => to.emitWithAck('base.get', { documentId })),
    baseIntend: async (input) => void (await asked((to) => to.emitWithAck('base.intend', input))),
    baseSet: async (input) => void (await asked((to) => to.emitWithAck('base.set', input))),
    async baseState(documentId, seq) {
      const { update } = await asked<{ update: Uint8Array }>((to) => to.emitWithAck('base.text', { documentId, seq }))
      return new Uint8Array(update)
    },
    conflict: async (documentId, conflict) =>
      void (await asked((to) => to.emitWithAck('document.conflict', { documentId, conflict }))),
    status(status) {
      // Not volatile: that drops what follows another message closely. What is missed while away is told on attaching.
      if (socket.connected) socket.emit('file.status', status)
    },
    gone: (documentId) => void socket.emit('file.gone', { documentId }),
    renamed: (documentId, path) => void socket.emit('file.renamed', { documentId, path }),
    left: (documentId) => void socket.emit('document.left', { documentId }),
  }
}
