import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { PrismaClient } from '#prisma/generated/client.ts'

export type Prisma = PrismaClient

export interface Database {
  /** For everything but hot paths. */
  readonly prisma: PrismaClient
  /** For hot paths, in SQL. The same connections as `prisma`. */
  readonly pool: pg.Pool
  close(): Promise<void>
}

export interface DatabaseConfig {
  readonly connection: pg.PoolConfig
  /** An idle connection broke; the pool replaces it by itself. */
  readonly onConnectionLost?: (error: Error) => void
}

/**
 * A frozen or unreachable database is given up on, or every request would hang with it. Far above what any statement
 * of ours takes.
 */
const PATIENCE = { connectionTimeoutMillis: 10_000, query_timeout: 15_000, keepAlive: true }

/** Opens one pool of connections and Prisma on top of it. Connects at the first query. */
export function createDatabase({ connection, onConnectionLost }: DatabaseConfig): Database {
  const pool = new pg.Pool({ ...PATIENCE, ...connection })
  // Without a listener a database that restarts would end this process: the pool hears its idle connections only,
  // and whoever took one out hears of its loss by the query that fails.
  pool.on('error', (error) => onConnectionLost?.(error))
  pool.on('connect', (client) => client.on('error', () => undefined))
  // Patience for locks and a busy pool: the defaults of two and five seconds fail on a loaded machine.
  const transactionOptions = { maxWait: 10_000, timeout: 20_000 }
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool), transactionOptions })
  return {
    prisma,
    pool,
    async close() {
      await prisma.$disconnect()
      await pool.end()
    },
  }
}
