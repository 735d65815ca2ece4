/** The whole product on a database of its own, with the upstream as its provider and a few people who hold keys. */
import path from 'node:path'
import { applyMigrations } from '#prisma/migrate.ts'
import { createApp } from '#server/app/app.ts'
import { parseEnv } from '#server/env.ts'
import { createDatabase } from '#server/platform/db/database.ts'
import { startEmbeddedPostgres } from '#server/platform/db/embedded-postgres.ts'
import { createLogger } from '#server/platform/log.ts'
import { hashToken, newId, newToken } from '#server/platform/tokens.ts'

const PEOPLE = 40
const dataDir = process.argv[2] ?? ''
const baseUrl = process.argv[3] ?? ''
const postgres = await startEmbeddedPostgres({ directory: path.join(dataDir, 'postgres') })
await applyMigrations(postgres.connection)
const database = createDatabase({ connection: { ...postgres.connection, max: 20 } })
const parsed = parseEnv({ PORT: '0', DATA_DIR: dataDir })
if (!('env' in parsed)) throw new Error(parsed.problems.join('\n'))
const log = createLogger('error')
const app = await createApp({ env: parsed.env, database, secret: newToken(), setupCode: null, log })

const { prisma } = database
const route = {
  model: 'chat',
  purpose: 'chat',
  upstreamModel: 'm',
  position: 0,
  maxTokens: 1_000_000,
  contextTokens: 2_000_000,
}
await prisma.aiProvider.create({
  data: {
    id: newId(),
    name: 'bench',
    kind: 'openai',
    baseUrl,
    routes: { create: { id: newId(), ...route, outputPrice: 1n } },
  },
})
// With a budget, so that every call makes a reservation.
await prisma.aiBudget.create({
  data: { id: newId(), scope: 'platform', scopeId: '', period: 'month', limit: 10n ** 15n },
})
const keys: string[] = []
const cookies: string[] = []
const workspaceId = newId<string>()
const chatId = newId<string>()
await prisma.workspace.create({ data: { id: workspaceId, name: 'bench', volumeId: newId<string>() } })
for (let i = 0; i < PEOPLE; i += 1) {
  const userId = newId<string>()
  const key = `plk_${newToken()}`
  const owned = { id: newId<string>(), tokenHash: hashToken(key), name: 'bench', hint: '', scopes: ['chat'] }
  const person = {
    id: userId,
    email: `${userId.toLowerCase()}@example.org`,
    name: 'Bench',
    color: 1,
  }
  const token = newToken()
  const expiresAt = new Date(Date.now() + 3_600_000)
  const session = { id: newId<string>(), tokenHash: hashToken(token), expiresAt, absoluteExpiresAt: expiresAt }
  await prisma.user.create({ data: { ...person, sessions: { create: session } } })
  await prisma.membership.create({ data: { workspaceId, userId, role: i === 0 ? 'owner' : 'editor' } })
  cookies.push(`pairloom=${token}`)
  if (i === 0) {
    const chat = { id: chatId, workspaceId, ownerId: userId, title: 'bench', sharedAt: new Date() }
    await prisma.chatSession.create({ data: chat })
  }
  await prisma.apiKey.create({ data: { ...owned, userId } })
  keys.push(key)
}
process.send?.({ port: await app.listen(), keys, cookies, workspaceId, chatId })

process.once('disconnect', () => void stop())
async function stop(): Promise<void> {
  await app.close()
  await database.close()
  await postgres.stop()
  process.exit(0)
}
