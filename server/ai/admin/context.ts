import type { Pool } from 'pg'
import type { PrismaClient } from '#prisma/generated/client.ts'
import type { UserActor } from '#shared/access/actor.ts'
import type { GatewayInside } from '../gateway/gateway.ts'
import type { Sealer } from '../gateway/sealed.ts'

export interface AiAdminContext {
  readonly prisma: PrismaClient
  readonly pool: Pool
  readonly sealer: Sealer
  readonly gateway: GatewayInside
  readonly now: () => number
}

/** Who changes something, for the audit log. */
export interface Asking {
  readonly me: UserActor
  readonly requestId: string
}
