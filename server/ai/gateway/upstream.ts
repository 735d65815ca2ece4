import http, { type ClientRequest, type IncomingMessage } from 'node:http'
import https from 'node:https'

export interface UpstreamRequest {
  readonly url: URL
  readonly apiKey: string | null
  readonly body: Buffer
}

/** What happens to one request; after `failed` or `close()` nothing more is heard of it. */
export interface UpstreamEvents {
  connected(): void
  answered(response: IncomingMessage): void
  failed(): void
}

/** A request under way. */
export interface Upstream {
  /** Closes the socket now, whatever it was doing. */
  close(): void
  /** All was heard: the socket serves others once the answer has really ended, and is closed where it does not end. */
  release(): void
  /** The socket had served another request before: its far end may have closed it meanwhile. */
  isReused(): boolean
}

export interface UpstreamClient {
  send(request: UpstreamRequest, events: UpstreamEvents): Upstream
  close(): void
}

/** How long an answer may trail on after its last event. */
const AFTERMATH_MS = 1000

/**
 * Requests to providers over kept-alive connections. Free ones are given up before the five seconds after which
 * uvicorn and Node servers close them, so that few requests meet a socket that is being closed.
 */
export function createUpstreamClient(): UpstreamClient {
  const options = { keepAlive: true, maxFreeSockets: 256, scheduling: 'lifo' as const, timeout: 4000 }
  const agents = { 'http:': new http.Agent(options), 'https:': new https.Agent(options) }

  return {
    send({ url, apiKey, body }, events) {
      const isSecure = url.protocol === 'https:'
      let isOver = false
      const request: ClientRequest = (isSecure ? https : http).request(url, {
        method: 'POST',
        agent: agents[isSecure ? 'https:' : 'http:'],
        headers: {
          'content-type': 'application/json',
          'content-length': body.length,
          accept: 'text/event-stream, application/json',
          // A compressed stream would be held back by whole blocks.
          'accept-encoding': 'identity',
          ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }),
        },
      })
      request.on('socket', (socket) => {
        if (!socket.connecting) return events.connected()
        socket.once(isSecure ? 'secureConnect' : 'connect', () => isOver || events.connected())
      })
      request.on('response', (response) => isOver || events.answered(response))
      request.on('error', () => {
        if (isOver) return
        isOver = true
        events.failed()
      })
      request.end(body)
      return {
        close() {
          isOver = true
          request.destroy()
        },
        release() {
          isOver = true
          if (request.destroyed) return
          const timer = setTimeout(() => request.destroy(), AFTERMATH_MS)
          request.once('close', () => clearTimeout(timer))
        },
        isReused: () => request.reusedSocket,
      }
    },
    close() {
      agents['http:'].destroy()
      agents['https:'].destroy()
    },
  }
}
