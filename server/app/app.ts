import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { Actor } from '#shared/access/actor.ts'
import type { DocumentId, WorkspaceId } from '#shared/ids.ts'
import { createAdmin } from '#server/admin/admin.ts'
import { createAi } from '#server/ai/ai.ts'
import { createChat } from '#server/ai/chat/chat.ts'
import { createMemoryStreams } from '#server/ai/chat/streams/memory-streams.ts'
import { createNodeStreams } from '#server/ai/chat/streams/node-streams.ts'
import { createRedisStreams } from '#server/ai/chat/streams/redis-streams.ts'
import { createSuggestions } from '#server/ai/suggestions/suggestions.ts'
import { createAuth } from '#server/auth/auth.ts'
import type { Env } from '#server/env.ts'
import { createEvents } from '#server/events/create-events.ts'
import { cloneGit } from '#server/files/import/clone-git.ts'
import { unpackArchive } from '#server/files/import/unpack-archive.ts'
import type { LoadWorkspaceResource } from '#server/platform/access.ts'
import { audit } from '#server/platform/audit.ts'
import { createControlBus } from '#server/platform/control.ts'
import type { Database } from '#server/platform/db/database.ts'
import type { HttpRoute, UpgradeRoute } from '#server/platform/http.ts'
import type { Logger } from '#server/platform/log.ts'
import { createMetrics } from '#server/platform/metrics.ts'
import { createFiles } from '#server/files/create-files.ts'
import { createHistory } from '#server/history/create-history.ts'
import { createInbox } from '#server/inbox/create-inbox.ts'
import { createLocalRuntime } from '#server/runtime/local-runtime.ts'
import type { Sandbox } from '#server/runtime/sandbox.ts'
import { createPostgresLog } from '#server/sync/log/postgres-log.ts'
import { createSync, type Sync } from '#server/sync/sync.ts'
import { createTerminalFeature } from '#server/terminal/create-terminal-feature.ts'
import { createSyncUpgrade } from '#server/sync/websocket-door.ts'
import { createWorkspaces } from '#server/workspaces/create-workspaces.ts'
import { authConfig } from './auth-config.ts'
import { type Entry, listEntries, requireDeclarations } from './declarations.ts'
import { createDocumentAccess } from './document-access.ts'
import { createHealthRoutes, OPEN_METRICS } from './health.ts'
import { createHttpServer, watchEventLoop } from './http-server.ts'
import { createLastEdits } from './last-edits.ts'
import { createLiveActors } from './live-actors.ts'
import { createLiveRequests } from './live-requests.ts'
import { createOriginRule } from './origin.ts'
import { type AppRouter, createAppRouter } from './router.ts'
import { createStaticFiles } from './static-files.ts'
import { createSyncMetrics } from './sync-metrics.ts'
import { tellBudget } from './tell-budget.ts'
import { createTrpcMount } from './trpc-mount.ts'
import { listenForUpgrades } from './upgrade.ts'

const MINUTE_MS = 60_000

export interface AppOptions {
  readonly env: Env
  readonly database: Database
  readonly secret: string
  readonly setupCode: string | null
  readonly log: Logger
  readonly clientDir?: string
  /** null: workspaces run with this server's own rights */
  readonly sandbox?: Sandbox | null
}

export interface App {
  /** every way in, for the matrix test */
  readonly entries: readonly Entry[]
  readonly router: AppRouter
  readonly loadWorkspace: LoadWorkspaceResource
  readonly authorizeDocument: ReturnType<typeof createDocumentAccess>
  /** Resolves to the port once it accepts connections. */
  listen(): Promise<number>
  /** Readiness fails first, then sockets are told to come back, then all is flushed. */
  close(): Promise<void>
}

/** Wires the features together: each gets what it needs as functions, and none knows another. */
export async function createApp(options: AppOptions): Promise<App> {
  const { env, database, secret, setupCode, log, sandbox = null } = options
  const { prisma, pool } = database
  const now = Date.now
  const metrics = createMetrics()
  const loop = watchEventLoop()
  const control = createControlBus((err) => log.error({ err }, 'a control listener failed'))
  const publicUrl = (env.PUBLIC_URL ?? `http://localhost:${env.PORT}`).replace(/\/+$/, '')
  const isHttps = publicUrl.startsWith('https:')
  let isAccepting = true
  const treeFolder = path.join(env.dataDir, 'trees')
  await mkdir(treeFolder, { recursive: true, mode: 0o700 })

  const auth = createAuth({
    prisma,
    config: authConfig(env, { publicUrl, secret, setupCode }),
    control,
    log,
    now,
    acceptWorkspaceInvite: (tx, userId, invite) => workspaces.acceptWorkspaceInvite(tx, userId, invite),
  })
  const peopleInside = (id: WorkspaceId) => events.peopleInside(id)
  const workspaces = createWorkspaces({
    prisma,
    control,
    config: { publicUrl, dataDir: env.dataDir, allowFileGitUrls: env.ALLOW_FILE_GIT_URLS },
    unpackArchive,
    cloneGit: (job) =>
      cloneGit({ ...job, policy: { protocols: env.ALLOW_FILE_GIT_URLS ? ['https', 'http', 'file'] : ['https'] } }),
    peopleInside,
    runtime: {
      agentStatus: (id) => runtime.agentStatus(id),
      stop: (id) => runtime.stop(id),
      isIsolated: sandbox !== null,
    },
    onImportStatus: (importId, userId, status) => events.toUser(userId, 'import.status', { importId, status }),
    onEditAsked: (to, wish) => events.toUser(to, 'edit.asked', wish),
    onGuestJoined: (workspaceId, guestId, name) =>
      events.broadcast(workspaceId, 'guest.joined', { workspaceId, guestId, name }),
    log,
    now,
  })
  const resolveActor = async (req: IncomingMessage): Promise<Actor> =>
    (await runtime.resolveAgent(req.headers.authorization)) ?? auth.resolveActor(req)
  let port = env.PORT
  const runtime = createLocalRuntime({
    prisma,
    control,
    folders: workspaces.folders,
    serverUrl: () => `http://${env.HOST.includes(':') ? `[${env.HOST}]` : env.HOST}:${port}`,
    onStatus: (workspaceId, status) =>
      events.broadcast(workspaceId, 'agent.changed', {
        workspaceId,
        status,
        isolation: runtime.isolation(workspaceId),
      }),
    isBusy: (id) => peopleInside(id).length > 0 || files.hasOpenDocuments(id) || terminals.hasLive(id),
    keepsAtClose: (id) => terminals.hasLive(id),
    sayStop: (id) => files.sayStop(id),
    sandbox,
    log: log.child({ part: 'runtime' }),
    now,
  })
  const live = createLiveActors({ prisma, touchSession: auth.touchSession, now })
  const terminals = createTerminalFeature({
    prisma,
    control,
    requireAgent: (id) => files.requireAgent(id),
    // The gateway knows the form of each call's answer.
    call: (id, name, input, timeoutMs) => files.callAgent(id, name, input as never, timeoutMs),
    isolation: (id) => runtime.isolation(id),
    toSocket: (...args) => events.toSocket(...args),
    log: log.child({ part: 'terminal' }),
    now,
  })
  const inbox = createInbox({ pool, onChanged: (id) => events.toUser(id, 'inbox.changed', {}), now })
  const ai = createAi({
    database,
    control,
    secret,
    resolveSession: auth.resolveActor,
    isSessionValid: live.isValid,
    onBudgetWarning(warning) {
      const { state, scope, period } = warning
      log.warn({ scope, period, state }, 'a budget for AI runs out')
      tellBudget({ pool, inbox, toUser: (...args) => events.toUser(...args) }, warning).catch((err: unknown) =>
        log.warn({ err, scope, period, state }, 'nobody was told of a budget'),
      )
    },
    log: log.child({ part: 'ai' }),
    now,
  })
  const chat = createChat({
    pool,
    gateway: ai.gateway,
    streams: env.REDIS_URL === undefined ? createMemoryStreams() : createNodeStreams(createRedisStreams(env.REDIS_URL)),
    control,
    browsers: {
      isHere: (socketId) => events.hasSocket(socketId),
      tell: (...args) => events.toSocket(...args),
      hand: (...args) => events.handToSocket(...args),
    },
    broadcast: (...args) => events.broadcast(...args),
    toUser: (...args) => events.toUser(...args),
    record: (by, entry) => audit(prisma, { ...by, ...entry }),
    log: log.child({ part: 'chat' }),
    now,
  })
  const events = createEvents({
    featureEvents: [...terminals.events, ...chat.sockets.events],
    onJudged: terminals.judged,
    onLeft(socketId, workspaceId) {
      terminals.left(socketId, workspaceId)
      if (workspaceId === null) chat.sockets.onGone(socketId)
    },
    control,
    log,
    resolveActor,
    isActorValid: live.isValid,
    loadWorkspace: workspaces.loadWorkspace,
    importWatch: workspaces.importWatch,
    now,
  })
  const admin = createAdmin({ prisma, control, accounts: auth.ports, peopleInside: (id) => peopleInside(id).length })

  const authorizeDocument = createDocumentAccess(pool, workspaces.loadWorkspace)

  const lastEdits = createLastEdits(pool, (err) => log.warn({ err }, 'the time of the last edit was not noted'))
  const sync = createSync({
    log: createPostgresLog(pool),
    authorize: authorizeDocument,
    loadActorStillValid: live.isValid,
    onSeedNeeded: (documentId) => files.documentNeeded(documentId),
    onActivity(documentId, userId) {
      live.noteEdit(userId)
      lastEdits.note(documentId, now())
      files.documentNeeded(documentId)
    },
    control,
    logger: log.child({ part: 'sync' }),
    metrics: createSyncMetrics(metrics),
  })
  const files = createFiles({
    pool,
    prisma,
    control,
    runtime,
    sync,
    broadcast: events.broadcast,
    peopleInside,
    // Not in the workspace's folder, where its programs could put a link in the way of what we write.
    treeFile: (id) => path.join(treeFolder, `${id}.jsonl`),
    onAgent: terminals.agentConnected,
    onAgentGone: terminals.agentGone,
    log,
  })

  const suggestions = createSuggestions({
    pool,
    sync,
    gateway: ai.gateway,
    async openDocument(workspaceId, path) {
      const { documentId } = await files.openDocument(workspaceId, path)
      return { documentId: documentId as DocumentId }
    },
    broadcast: (...args) => events.broadcast(...args),
    toUser: (...args) => events.toUser(...args),
    now,
  })
  const history = createHistory({ pool, sync })

  const router = createAppRouter({
    auth: auth.router,
    workspaces: workspaces.router,
    files: files.router,
    terminals: terminals.router,
    admin: admin.router,
    ai: ai.router,
    chat: chat.router,
    suggestions: suggestions.router,
    history: history.router,
    inbox: inbox.router,
  })
  const health = {
    isAccepting: () => isAccepting,
    pingDatabase: async () => void (await pool.query('select 1')),
    maxLoopDelayMs: loop.maxDelayMs,
  }
  const routes: HttpRoute[] = [
    ...createHealthRoutes(health, metrics, env.METRICS_TOKEN ?? (env.isLoopback ? OPEN_METRICS : null)),
    ...auth.routes,
    ...workspaces.routes,
    ...files.routes,
    ...ai.routes,
  ]
  const upgrades: UpgradeRoute[] = [events.route, files.upgrade, ...syncUpgrades(sync)]
  const entries = listEntries({ router, routes, upgrades, events: events.events })
  requireDeclarations(entries)

  const isOriginAllowed = createOriginRule({ publicUrl, port: () => port, isLoopback: env.isLoopback })
  const server = createHttpServer({
    routes,
    handleTrpc: createTrpcMount(router),
    staticFiles: await createStaticFiles(options.clientDir ?? path.join(import.meta.dirname, '../../client/dist')),
    isOriginAllowed,
    isHttps,
    // An agent's token lies where anyone with a shell can read it: it opens the agent's doors, and no browser's.
    resolveActor: auth.resolveActor,
    isActorValid: live.isValid,
    liveRequests: createLiveRequests({ control, log }),
    trustedProxyHops: env.TRUSTED_PROXY_HOPS,
    loadWorkspace: workspaces.loadWorkspace,
    log,
  })
  listenForUpgrades(server, { routes: upgrades, isOriginAllowed, resolveActor, control, log })

  const sweep = setInterval(() => {
    Promise.all([auth.sweep(), workspaces.sweep(), inbox.sweep()]).catch((err: unknown) =>
      log.error({ err }, 'sweeping failed'),
    )
  }, MINUTE_MS)
  sweep.unref()

  return {
    entries,
    router,
    loadWorkspace: workspaces.loadWorkspace,
    authorizeDocument,
    async listen() {
      await workspaces.ready
      server.listen(env.PORT, env.HOST)
      await once(server, 'listening')
      port = (server.address() as AddressInfo).port
      return port
    },
    async close() {
      isAccepting = false
      clearInterval(sweep)
      // Agents first: they write what is open back through sync, which then commits the rest.
      await runtime.close()
      await sync.shutdown()
      await files.close()
      suggestions.close()
      await chat.close()
      terminals.close()
      await events.close()
      await workspaces.close()
      await lastEdits.close()
      await ai.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** P1 and P2: one document on a socket in y-websocket's framing, or many on one. */
function syncUpgrades(sync: Sync): UpgradeRoute[] {
  const upgrade = createSyncUpgrade(sync)
  return ['/sync', '/sync/:documentId'].map((path) => ({
    path,
    permission: 'each-channel',
    handle: ({ req, socket, head, actor, url }) => upgrade(req, socket, head, actor, url.pathname + url.search),
  }))
}
