import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Duplex } from 'node:stream'
import type { Actor } from '#shared/access/actor.ts'
import { AppError } from '#shared/errors.ts'
import { type LoadWorkspaceResource, loadResource, requirePermission } from '#server/platform/access.ts'
import { clientAddress } from '#server/platform/client-address.ts'
import { parseCookies } from '#server/platform/cookies.ts'
import { type HttpRoute, matchPath, sendError, workspaceIdOf } from '#server/platform/http.ts'
import type { Logger } from '#server/platform/log.ts'
import { newId } from '#server/platform/tokens.ts'
import { appCodeOf, type RequestContext } from '#server/platform/trpc.ts'
import { isWorkspacePermission } from '#shared/access/permissions.ts'
import { type BodyWatch, createBodyWatch } from './body-watch.ts'
import type { LiveRequests } from './live-requests.ts'
import { requireSameOrigin } from './origin.ts'
import { setSecurityHeaders } from './security-headers.ts'
import type { StaticFiles } from './static-files.ts'
import { type HandleTrpc, TRPC_PREFIX } from './trpc-mount.ts'

export interface HttpServerOptions {
  readonly routes: readonly HttpRoute[]
  readonly handleTrpc: HandleTrpc
  readonly staticFiles: StaticFiles
  readonly isOriginAllowed: (origin: string) => boolean
  readonly isHttps: boolean
  readonly resolveActor: (req: IncomingMessage) => Promise<Actor>
  readonly loadWorkspace: LoadWorkspaceResource
  readonly isActorValid: (actor: Actor) => Promise<boolean>
  readonly liveRequests: LiveRequests
  readonly trustedProxyHops: number
  readonly log: Logger
  readonly bodies?: BodyWatch
}

/** The HTTP side of the server: security headers, origin, actor, permission, then the route, tRPC or a client file. */
export function createHttpServer(options: HttpServerOptions): Server {
  const { log } = options
  const bodies = options.bodies ?? createBodyWatch()
  // Node's own limit is for the whole request, which a large upload may rightly exceed: see body-watch.ts.
  // Node looks for late headers only every 30 s unless told otherwise: a silent connection would be kept that long.
  const limits = {
    maxHeaderSize: 32 << 10,
    requestTimeout: 0,
    headersTimeout: 10_000,
    connectionsCheckingInterval: 1000,
  }
  const server = createServer(limits, (req, res) => {
    const requestId = newId<string>()
    const requestLog = log.child({ requestId })
    bodies.begin(req, res)
    handle({ ...options, bodies }, req, res, requestId, requestLog).catch((error: unknown) => {
      // Cut off, by them or by us: nobody is left to be answered.
      if (req.destroyed && !req.complete) {
        requestLog.debug({ err: error }, 'request cut off')
        return void res.destroy()
      }
      const code = appCodeOf(error)
      if (code === 'internal') requestLog.error({ err: error, path: req.url?.split('?')[0] }, 'request failed')
      const details = error instanceof AppError ? error.details : {}
      // A body we will not read must not be taken for the next request on this connection.
      if (!req.complete && !bodies.discard(req)) res.setHeader('connection', 'close')
      if (typeof details['retryAfterSeconds'] === 'number') res.setHeader('retry-after', details['retryAfterSeconds'])
      const door = options.routes.find((route) => route.door && route.path === req.url?.split('?')[0])?.door
      ;(door?.sendError ?? sendError)(res, code, requestId, details)
    })
  })
  server.maxHeadersCount = 200
  server.on('close', () => bodies.close())
  server.on('clientError', refuseConnection)
  return server
}

const CLIENT_ERRORS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
}

/** Ends a connection on which no request can be read. */
function refuseConnection(error: NodeJS.ErrnoException, socket: Duplex): void {
  // Browsers connect ahead of need: words that nobody asked for would be taken for the answer to their first request,
  // and a page would miss a part. A connection that only ends is opened anew.
  const isUnused = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && socket instanceof Socket && socket.bytesRead === 0
  if (!socket.writable || error.code === 'ECONNRESET' || isUnused) return void socket.destroy()
  const status = CLIENT_ERRORS[error.code ?? ''] ?? '400 Bad Request'
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
}

async function handle(
  options: HttpServerOptions & { readonly bodies: BodyWatch },
  req: IncomingMessage,
  res: ServerResponse,
  requestId: string,
  log: Logger,
): Promise<void> {
  setSecurityHeaders(res, options.isHttps)
  // Absolute-form and `//host` targets would make the URL parser see another host.
  if (!req.url?.startsWith('/') || req.url.startsWith('//')) throw new AppError('bad_request')
  const url = new URL(req.url, 'http://internal')
  const method = req.method === 'HEAD' ? 'GET' : req.method

  if (url.pathname.startsWith(TRPC_PREFIX)) {
    requireSameOrigin(req, options.isOriginAllowed)
    return options.handleTrpc(req, res, await contextOf(options, req, res, requestId, log))
  }
  const matches = options.routes.flatMap((route) => {
    const params = matchPath(route.path, url.pathname)
    return params ? [{ route, params }] : []
  })
  const match = matches.find(({ route }) => route.method === method)
  if (match) {
    const { route, params } = match
    if (!route.isCrossSiteAllowed && route.permission !== 'public') requireSameOrigin(req, options.isOriginAllowed)
    else if (method !== 'GET') requireSameOrigin(req, options.isOriginAllowed)
    const { resolveActor, isActorValid } = route.door ?? options
    const context = await contextOf({ ...options, resolveActor }, req, res, requestId, log)
    const { actor } = context
    await requireRoutePermission(options, route, params, actor)
    if (route.permission !== 'public') {
      options.liveRequests.track({
        actor,
        workspaceId: isWorkspacePermission(route.permission) ? workspaceIdOf(params) : undefined,
        res,
        async judge() {
          await requireRoutePermission(options, route, params, actor)
          return isActorValid(actor)
        },
      })
    }
    if (route.isUpload === true) options.bodies.allowUpload(req)
    return route.handle({ req, res, url, params, context })
  }
  if (matches.length > 0) throw new AppError('method_not_allowed')
  if (method === 'GET' && !url.pathname.startsWith('/api/')) return options.staticFiles.serve(req, res, url.pathname)
  throw new AppError('not_found')
}

async function requireRoutePermission(
  options: HttpServerOptions,
  route: HttpRoute,
  params: Readonly<Record<string, string>>,
  actor: Actor,
): Promise<void> {
  if (route.permission === 'public') return
  const id = isWorkspacePermission(route.permission) ? workspaceIdOf(params) : undefined
  requirePermission(actor, route.permission, await loadResource(options.loadWorkspace, actor, route.permission, id))
}

async function contextOf(
  options: HttpServerOptions,
  req: IncomingMessage,
  res: ServerResponse,
  requestId: string,
  log: Logger,
): Promise<RequestContext> {
  const abort = new AbortController()
  // Only a client that left early is told of: nobody works on after the answer, and each abort makes an error's stack.
  res.once('close', () => res.writableFinished || abort.abort())
  return {
    actor: await options.resolveActor(req),
    requestId,
    address: clientAddress(req, options.trustedProxyHops),
    userAgent: (req.headers['user-agent'] ?? '').slice(0, 300),
    cookies: parseCookies(req.headers.cookie),
    log,
    signal: abort.signal,
    loadWorkspace: options.loadWorkspace,
    setCookie: (cookie) => void res.appendHeader('set-cookie', cookie),
  }
}

/** How far behind the event loop is; liveness looks at nothing else. */
export function watchEventLoop(): { maxDelayMs(): number } {
  const histogram = monitorEventLoopDelay({ resolution: 10 })
  histogram.enable()
  return {
    maxDelayMs() {
      const ms = histogram.max / 1e6
      histogram.reset()
      return ms
    },
  }
}
