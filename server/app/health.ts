import { AppError } from '#shared/errors.ts'
import { type HttpRoute, sendJson } from '#server/platform/http.ts'
import type { Metrics } from '#server/platform/metrics.ts'
import { isSameSecret } from '#server/platform/tokens.ts'

export interface Health {
  /** false from the moment the server drains */
  readonly isAccepting: () => boolean
  readonly pingDatabase: () => Promise<void>
  /** the longest the event loop was held since the last question */
  readonly maxLoopDelayMs: () => number
}

/** Anyone who reaches the server may read its metrics. */
export const OPEN_METRICS = 'open'

/** Liveness looks at the event loop only; readiness at the database and at draining. */
export const createHealthRoutes = (
  health: Health,
  metrics: Metrics,
  metricsToken: string | null,
): readonly HttpRoute[] => [
  {
    method: 'GET',
    path: '/healthz',
    permission: 'public',
    handle: ({ res }) => sendJson(res, 200, { status: 'ok', maxLoopDelayMs: Math.round(health.maxLoopDelayMs()) }),
  },
  {
    method: 'GET',
    path: '/readyz',
    permission: 'public',
    async handle({ res, context }) {
      if (!health.isAccepting()) return sendJson(res, 503, { status: 'draining' })
      try {
        await health.pingDatabase()
        sendJson(res, 200, { status: 'ready' })
      } catch (error) {
        context.log.warn({ err: error }, 'the database does not answer')
        sendJson(res, 503, { status: 'no database' })
      }
    },
  },
  {
    method: 'GET',
    path: '/metrics',
    permission: 'public',
    async handle({ req, res }) {
      // Numbers of people and rooms are not for strangers: a token; without one, on a loopback address only.
      const given = /^Bearer (.+)$/.exec(req.headers.authorization ?? '')?.[1] ?? ''
      if (metricsToken !== OPEN_METRICS && (metricsToken === null || !isSameSecret(given, metricsToken)))
        throw new AppError('not_found')
      const body = await metrics.registry.metrics()
      res.writeHead(200, { 'content-type': metrics.registry.contentType, 'cache-control': 'no-store' })
      res.end(body)
    },
  },
]
