import { initTRPC, TRPCError } from '@trpc/server'
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/unstable-core-do-not-import'
import { z } from 'zod'
import type { Actor, UserActor } from '#shared/access/actor.ts'
import type { PlatformPermission, SelfPermission, WorkspacePermission } from '#shared/access/permissions.ts'
import { workspaceId } from '#shared/api/id.ts'
import { AppError, type ErrorCode, ERRORS } from '#shared/errors.ts'
import type { WorkspaceId } from '#shared/ids.ts'
import { type Declared, type LoadWorkspaceResource, loadResource, requirePermission } from './access.ts'
import { isDatabaseAway } from './db/database-away.ts'
import type { Logger } from './log.ts'

/** What every procedure is given. `setCookie` appends a Set-Cookie header to the answer. */
export interface RequestContext {
  readonly actor: Actor
  readonly requestId: string
  readonly address: string
  readonly userAgent: string
  readonly cookies: ReadonlyMap<string, string>
  readonly log: Logger
  readonly signal: AbortSignal
  readonly loadWorkspace: LoadWorkspaceResource
  setCookie(cookie: string): void
}

export interface ProcedureMeta {
  readonly permission: Declared
}

type TrpcCode = keyof typeof TRPC_ERROR_CODES_BY_KEY

const TRPC_CODE_BY_HTTP = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_SUPPORTED',
  409: 'CONFLICT',
  410: 'PRECONDITION_FAILED',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  429: 'TOO_MANY_REQUESTS',
  499: 'CLIENT_CLOSED_REQUEST',
  500: 'INTERNAL_SERVER_ERROR',
  502: 'BAD_GATEWAY',
  503: 'SERVICE_UNAVAILABLE',
  504: 'GATEWAY_TIMEOUT',
} as const satisfies Record<(typeof ERRORS)[ErrorCode]['http'], TrpcCode>

const APP_CODE_BY_TRPC: Partial<Record<TrpcCode, ErrorCode>> = {
  BAD_REQUEST: 'bad_request',
  PARSE_ERROR: 'bad_request',
  NOT_FOUND: 'not_found',
  METHOD_NOT_SUPPORTED: 'method_not_allowed',
  PAYLOAD_TOO_LARGE: 'too_large',
  UNSUPPORTED_MEDIA_TYPE: 'unsupported_media',
}

/** The app's code of whatever was thrown; bugs are `internal`, and a database that is away is none. */
export const appCodeOf = (error: unknown): ErrorCode => {
  if (error instanceof AppError) return error.code
  if (error instanceof TRPCError) {
    if (error.cause instanceof AppError) return error.cause.code
    return APP_CODE_BY_TRPC[error.code] ?? appCodeOf(error.cause)
  }
  return isDatabaseAway(error) ? 'unavailable' : 'internal'
}

const t = initTRPC
  .context<RequestContext>()
  .meta<ProcedureMeta>()
  .create({
    defaultMeta: { permission: 'public' },
    errorFormatter({ shape, error, ctx }) {
      const appCode = appCodeOf(error)
      const details = error.cause instanceof AppError ? error.cause.details : {}
      // Built anew, so that no message, stack or input of an unexpected error leaves the server.
      return {
        code: shape.code,
        message: ERRORS[appCode].en,
        data: {
          code: shape.data.code,
          httpStatus: ERRORS[appCode].http,
          appCode,
          details,
          requestId: ctx?.requestId ?? null,
        },
      }
    },
  })

export const router = t.router
export const createCallerFactory = t.createCallerFactory

const asTrpcError = (cause: AppError): TRPCError =>
  new TRPCError({ code: TRPC_CODE_BY_HTTP[ERRORS[cause.code].http], message: cause.code, cause })

/** Turns an AppError into a TRPCError with the same meaning; anything else stays a bug. */
const mapErrors = t.middleware(async ({ next }) => {
  const result = await next()
  if (result.ok) return result
  const { cause } = result.error
  if (cause instanceof AppError) throw asTrpcError(cause)
  if (isDatabaseAway(cause)) throw asTrpcError(new AppError('unavailable', undefined, { cause }))
  return result
})

const base = t.procedure.use(mapErrors)

/** Open to everyone, on purpose. */
export const publicProcedure = base.meta({ permission: 'public' })

/** For a signed-in person's own things. */
export const selfProcedure = (permission: SelfPermission) =>
  base.meta({ permission }).use(({ ctx, next }) => {
    requirePermission(ctx.actor, permission, { type: 'self' })
    return next({ ctx: { actor: ctx.actor as UserActor } })
  })

/** For platform admins. */
export const platformProcedure = (permission: PlatformPermission) =>
  base.meta({ permission }).use(({ ctx, next }) => {
    requirePermission(ctx.actor, permission, { type: 'platform' })
    return next({ ctx: { actor: ctx.actor as UserActor } })
  })

/** For things in a workspace: the input holds a `workspaceId`, judged before the rest of the input is used. */
export const workspaceProcedure = (permission: WorkspacePermission) =>
  base
    .meta({ permission })
    .input(z.looseObject({ workspaceId }))
    .use(async ({ ctx, input, next }) => {
      const id: WorkspaceId = input.workspaceId
      const workspace = await loadResource(ctx.loadWorkspace, ctx.actor, permission, id)
      requirePermission(ctx.actor, permission, workspace)
      if (workspace?.type !== 'workspace') throw new AppError('not_found')
      return next({ ctx: { workspace } })
    })
