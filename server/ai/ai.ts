import type { IncomingMessage } from 'node:http'
import type { Database } from '#server/platform/db/database.ts'
import type { Actor } from '#shared/access/actor.ts'
import type { ControlBus } from '#server/platform/control.ts'
import type { Logger } from '#server/platform/log.ts'
import { createGateway, type GatewayInside } from './gateway/gateway.ts'
import type { RateRules } from './gateway/rate-rules.ts'
import { createSealer } from './gateway/sealed.ts'
import { createGatewayRoutes } from './http/routes.ts'
import { createApiKeys } from './keys/api-keys.ts'
import { createAiRouter } from './router.ts'
import type { Warning } from './money/warnings.ts'

export interface AiOptions {
  readonly database: Database
  readonly control: ControlBus
  readonly secret: string
  readonly resolveSession: (req: IncomingMessage) => Promise<Actor>
  readonly isSessionValid: (actor: Actor) => Promise<boolean>
  /** A budget has passed 80 %, or begins to refuse. */
  onBudgetWarning(warning: Warning): void
  readonly log: Logger
  readonly now: () => number
  readonly rules?: RateRules
}

const REAP_MS = 30_000

/** The AI gateway with everything around it. Chats and completions are given `gateway`. */
export function createAi(options: AiOptions) {
  const { database, control, log, now } = options
  const { pool, prisma } = database
  const sealer = createSealer(options.secret)
  const gateway: GatewayInside = createGateway({
    pool,
    sealer,
    onWarning: options.onBudgetWarning,
    now,
    ...(options.rules ? { rules: options.rules } : {}),
  })
  const keys = createApiKeys({ pool, control, now })
  const reaping = setInterval(() => {
    gateway.ledger.reap().catch((err: unknown) => log.error({ err }, 'reservations were not looked through'))
  }, REAP_MS)
  reaping.unref()
  return {
    gateway,
    router: createAiRouter({ prisma, pool, sealer, gateway, control, now }),
    routes: createGatewayRoutes({ ...options, gateway, keys }),
    async close(): Promise<void> {
      clearInterval(reaping)
      await gateway.close()
    },
  }
}
