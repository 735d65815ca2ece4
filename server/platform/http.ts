import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Actor } from '#shared/access/actor.ts'
import { workspaceId } from '#shared/api/id.ts'
import { AppError, type ErrorCode, ERRORS } from '#shared/errors.ts'
import type { WorkspaceId } from '#shared/ids.ts'
import type { Declared } from './access.ts'
import type { RequestContext } from './trpc.ts'

export interface RouteRequest {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly url: URL
  /** Values of `:name` parts, percent-decoded once; `*` holds the rest of the path, each segment decoded. */
  readonly params: Readonly<Record<string, string>>
  readonly context: RequestContext
}

/** A way of its own to tell who asks, for routes that take API keys, and to say what went wrong, for others' clients. */
export interface RouteDoor {
  resolveActor(req: IncomingMessage): Promise<Actor>
  isActorValid(actor: Actor): Promise<boolean>
  sendError(res: ServerResponse, code: ErrorCode, requestId: string, details: AppError['details']): void
}

/**
 * One HTTP route. A permission about a workspace is judged with the `:workspaceId` of the path.
 * Routes that change something demand a same-origin request (server/app/http-server.ts).
 */
export interface HttpRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** `/api/workspaces/:workspaceId/files/*` */
  readonly path: string
  readonly permission: Declared
  /** True for a GET that a redirect from another site must reach (an OAuth callback). */
  readonly isCrossSiteAllowed?: boolean
  /** Without one: sessions and guests by their cookies, errors in our own form. Its path has no parameters. */
  readonly door?: RouteDoor
  /** True where the body may take long: it is cut only when bytes no longer come. */
  readonly isUpload?: boolean
  handle(request: RouteRequest): Promise<void> | void
}

export interface UpgradeRequest {
  readonly req: IncomingMessage
  readonly socket: import('node:stream').Duplex
  readonly head: Buffer
  readonly actor: Actor
  readonly url: URL
  readonly params: Readonly<Record<string, string>>
}

/** One upgrade path. The actor is resolved and the Origin judged before `handle` (A1). */
export interface UpgradeRoute {
  readonly path: string
  /** `each-channel`: any signed-in actor may connect; each opened channel is judged on its own. */
  readonly permission: 'each-channel'
  handle(request: UpgradeRequest): void
}

/** The values of `pattern` in `pathname`, or null where it does not match. Throws `path_invalid` on bad escapes. */
export function matchPath(pattern: string, pathname: string): Record<string, string> | null {
  const parts = pattern.split('/')
  const given = pathname.split('/')
  const params: Record<string, string> = {}
  for (const [i, part] of parts.entries()) {
    if (part === '*') {
      params['*'] = given.slice(i).map(decode).join('/')
      return params
    }
    const value = given[i]
    if (value === undefined) return null
    if (part.startsWith(':')) {
      if (value === '') return null
      params[part.slice(1)] = decode(value)
    } else if (part !== value) return null
  }
  return given.length === parts.length ? params : null
}

const decode = (segment: string): string => {
  let value: string
  try {
    value = decodeURIComponent(segment)
  } catch (cause) {
    throw new AppError('path_invalid', undefined, { cause })
  }
  // An escaped slash would let one segment pass for two.
  if (value.includes('/')) throw new AppError('path_invalid')
  return value
}

/** The `:workspaceId` of a route, checked for its form; `not_found` otherwise. */
export const workspaceIdOf = (params: Readonly<Record<string, string>>): WorkspaceId => {
  const parsed = workspaceId.safeParse(params['workspaceId'])
  if (!parsed.success) throw new AppError('not_found')
  return parsed.data
}

/** Answers with JSON and no caching. */
export function sendJson(res: ServerResponse, status: number, body: unknown): void {
  const bytes = Buffer.from(JSON.stringify(body))
  res.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': bytes.length,
    'cache-control': 'no-store',
  })
  res.end(bytes)
}

/** Answers with an error's sentence; where the body was already begun, the connection is cut instead. */
export function sendError(res: ServerResponse, code: ErrorCode, requestId: string, details: object = {}): void {
  if (res.headersSent) {
    res.destroy()
    return
  }
  sendJson(res, ERRORS[code].http, { error: { code, message: ERRORS[code].en, details, requestId } })
}
