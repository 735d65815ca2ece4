import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Actor } from '#shared/access/actor.ts'
import { AppError, ERRORS } from '#shared/errors.ts'
import { matchPath, type UpgradeRoute } from '#server/platform/http.ts'
import type { ControlBus } from '#server/platform/control.ts'
import type { Logger } from '#server/platform/log.ts'
import { appCodeOf } from '#server/platform/trpc.ts'

const AUTH_DEADLINE_MS = 5000
const SOCKETS_PER_PERSON = 64

/**
 * The one upgrade listener. Origin and actor are judged before the handshake completes (A1): a refusal is a plain
 * HTTP answer, and until then nothing the client sends is read. A request without Origin is a program: it must
 * carry a bearer token, because a cookie without Origin is a stolen or ridden one.
 */
export function listenForUpgrades(
  server: Server,
  options: {
    routes: readonly UpgradeRoute[]
    isOriginAllowed: (origin: string) => boolean
    resolveActor: (req: IncomingMessage) => Promise<Actor>
    control: Pick<ControlBus, 'subscribe'>
    log: Logger
  },
): void {
  let changes = 0
  options.control.subscribe(() => void changes++)
  const socketsByPerson = new Map<string, number>()
  server.on('upgrade', (req: IncomingMessage, socket: Duplex, head: Buffer) => {
    const onEarlyError = () => socket.destroy()
    socket.on('error', onEarlyError)
    const deadline = setTimeout(() => refuse(socket, 'timeout'), AUTH_DEADLINE_MS)
    // Whoever was resolved before a revocation was read may be let in after it was told: nobody would tell it again.
    const letIn = async (): Promise<void> => {
      const before = changes
      const { route, params, url, actor } = await accept(req)
      if (socket.destroyed) return
      if (changes !== before) return letIn()
      if (actor.type !== 'agent') count(actor, socket)
      socket.off('error', onEarlyError)
      route.handle({ req, socket, head, actor, url, params })
    }
    letIn()
      .catch((error: unknown) => {
        const code = appCodeOf(error)
        if (code === 'internal') options.log.error({ err: error }, 'upgrade failed')
        refuse(socket, code)
      })
      .finally(() => clearTimeout(deadline))
  })

  async function accept(req: IncomingMessage) {
    if (!req.url?.startsWith('/') || req.url.startsWith('//')) throw new AppError('bad_request')
    const url = new URL(req.url, 'http://internal')
    for (const route of options.routes) {
      const params = matchPath(route.path, url.pathname)
      if (!params) continue
      if (!mayKnock(req.headers, options.isOriginAllowed)) throw new AppError('cross_site')
      const actor = await options.resolveActor(req)
      if (actor.type === 'anonymous') throw new AppError('unauthenticated')
      if (actor.type === 'user' && actor.isSuspended) throw new AppError('suspended')
      return { route, params, url, actor }
    }
    throw new AppError('not_found')
  }

  function count(actor: Actor, socket: Duplex): void {
    const key = actor.type === 'user' ? actor.userId : actor.type === 'guest' ? actor.guestId : ''
    const open = socketsByPerson.get(key) ?? 0
    if (open >= SOCKETS_PER_PERSON) throw new AppError('rate_limited')
    socketsByPerson.set(key, open + 1)
    socket.once('close', () => {
      const left = (socketsByPerson.get(key) ?? 1) - 1
      if (left === 0) socketsByPerson.delete(key)
      else socketsByPerson.set(key, left)
    })
  }
}

/** A cookie without Origin is refused whatever else is sent: what follows is judged by the cookie if the rest is junk. */
function mayKnock(
  { origin, authorization, cookie }: IncomingMessage['headers'],
  isOriginAllowed: (origin: string) => boolean,
): boolean {
  if (origin !== undefined) return isOriginAllowed(origin)
  return authorization !== undefined && cookie === undefined
}

function refuse(socket: Duplex, code: keyof typeof ERRORS): void {
  if (socket.destroyed) return
  const { http, en } = ERRORS[code]
  const body = JSON.stringify({ error: { code, message: en } })
  socket.end(
    `HTTP/1.1 ${http} ${code}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
  socket.once('finish', () => socket.destroy())
}
