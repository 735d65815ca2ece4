import type { IncomingMessage, ServerResponse } from 'node:http'
import { nodeHTTPRequestHandler } from '@trpc/server/adapters/node-http'
import { AppError } from '#shared/errors.ts'
import { appCodeOf, type RequestContext } from '#server/platform/trpc.ts'
import type { AppRouter } from './router.ts'

export const TRPC_PREFIX = '/trpc/'
const MAX_BATCH = 20
const MAX_BODY_BYTES = 256 << 10

export type HandleTrpc = (req: IncomingMessage, res: ServerResponse, context: RequestContext) => Promise<void>

/** Mounts the router. A batch is bounded, a mutation is JSON by POST, and bugs are logged with their cause. */
export function createTrpcMount(router: AppRouter): HandleTrpc {
  return async (req, res, context) => {
    res.setHeader('cache-control', 'no-store')
    const url = new URL(req.url ?? '/', 'http://internal')
    const path = url.pathname.slice(TRPC_PREFIX.length)
    if (path.split(',').length > MAX_BATCH) throw new AppError('too_large')
    if (req.method === 'POST' && !/^application\/json\b/i.test(req.headers['content-type'] ?? '')) {
      throw new AppError('unsupported_media')
    }
    await nodeHTTPRequestHandler({
      router,
      path,
      req,
      res,
      maxBodySize: MAX_BODY_BYTES,
      allowBatching: true,
      createContext: () => Promise.resolve(context),
      onError: ({ error, path: procedure }) => {
        if (appCodeOf(error) === 'internal')
          context.log.error({ err: error.cause ?? error, procedure }, 'procedure failed')
      },
    })
  }
}
