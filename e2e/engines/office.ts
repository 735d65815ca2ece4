import path from 'node:path'
import { applyMigrations } from '#prisma/migrate.ts'
import { createApp } from '#server/app/app.ts'
import { parseEnv } from '#server/env.ts'
import { createDatabase } from '#server/platform/db/database.ts'
import { startEmbeddedPostgres } from '#server/platform/db/embedded-postgres.ts'
import { createLogger } from '#server/platform/log.ts'
import { hashToken, newId, newToken } from '#server/platform/tokens.ts'
import { createCallerFactory } from '#server/platform/trpc.ts'
import type { ProviderKind } from '#shared/api/ai.ts'
import type { SessionId, UserId } from '#shared/ids.ts'

interface Provider {
  readonly kind: ProviderKind
  readonly baseUrl: string
  readonly apiKey: string
}
interface RouteFacts {
  readonly model?: string
  readonly upstreamModel?: string
  readonly maxTokens?: number
  readonly contextTokens?: number
}

/** The product on a database of its own, with one admin who holds an API key. */
export async function startOffice(dataDir: string) {
  const postgres = await startEmbeddedPostgres({ directory: path.join(dataDir, 'postgres') })
  await applyMigrations(postgres.connection)
  const database = createDatabase({ connection: postgres.connection })
  const { prisma } = database
  const parsed = parseEnv({ PORT: '0', DATA_DIR: dataDir })
  if (!('env' in parsed)) throw new Error(parsed.problems.join('\n'))
  const log = createLogger('error')
  const app = await createApp({ env: parsed.env, database, secret: newToken(), setupCode: null, log })
  const origin = `http://127.0.0.1:${await app.listen()}`

  const userId = newId<UserId>()
  const key = `plk_${newToken()}`
  await prisma.user.create({
    data: { id: userId, email: 'admin@example.org', name: 'Admin', color: 1, platformRole: 'admin' },
  })
  const scopes = ['chat', 'completions', 'models']
  await prisma.apiKey.create({ data: { id: newId(), tokenHash: hashToken(key), userId, name: 'x', hint: '', scopes } })
  const { admin } = createCallerFactory(app.router)({
    actor: {
      type: 'user',
      userId,
      sessionId: newId<SessionId>(),
      name: 'Admin',
      color: 1,
      isPlatformAdmin: true,
      isSuspended: false,
    },
    requestId: 'engines',
    address: '127.0.0.1',
    userAgent: 'engines',
    cookies: new Map(),
    log,
    signal: new AbortController().signal,
    loadWorkspace: app.loadWorkspace,
    setCookie: () => {},
  }).ai
  const lastUsage = () => prisma.aiUsage.findFirstOrThrow({ orderBy: { at: 'desc' } })

  return {
    origin,
    key,
    lastUsage,
    async addRoute(kind: 'chat' | 'code', provider: Provider, facts: RouteFacts = {}): Promise<string> {
      const { id: providerId } = await admin.saveProvider({ name: facts.model ?? kind, ...provider })
      const { id } = await admin.saveRoute({
        model: kind,
        purpose: kind === 'code' ? 'completion' : 'chat',
        providerId,
        upstreamModel: kind,
        template: kind === 'code' ? 'qwen' : null,
        maxTokens: 100,
        contextTokens: 4000,
        firstTokenMs: 15_000,
        ...facts,
      })
      return id
    },
    testRoute: async (id: string) => (await admin.testRoute({ id })).status,
    async untilSettled() {
      for (;;) {
        const row = await lastUsage()
        if (row.status !== 'running') return row
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    },
    async close(): Promise<void> {
      await app.close()
      await database.close()
      await postgres.stop()
    },
  }
}
