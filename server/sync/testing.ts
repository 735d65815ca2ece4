import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Actor, UserActor } from '#shared/access/actor.ts'
import type { DocumentId, SessionId, UserId, WorkspaceId } from '#shared/ids.ts'
import type { ControlEvent } from '#shared/protocol/control.ts'
import type { DocumentLog } from './log/document-log.ts'
import type { ChannelAccess, SyncLogger, SyncOptions } from './ports.ts'
import { createSync, type Sync } from './sync.ts'
import { createSyncUpgrade } from './websocket-door.ts'

/** Helpers of sync's own tests. */
export const WORKSPACE = 'workspace-aaaaaaaaaaaa' as WorkspaceId

let lastId = 0
export const newDocumentId = (): DocumentId => `document-${String(++lastId).padStart(13, '0')}` as DocumentId

export const person = (name: string): UserActor => ({
  type: 'user',
  userId: `user-${name}` as UserId,
  sessionId: `session-${name}` as SessionId,
  name,
  color: 1,
  isPlatformAdmin: false,
  isSuspended: false,
})

export const silentLogger: SyncLogger = { info: () => undefined, warn: () => undefined, error: () => undefined }

/** Everyone may write but those whose name starts with "viewer". */
export const grantByName = (actor: Actor): ChannelAccess => {
  const name = actor.type === 'user' ? actor.name : actor.type
  const canWrite = !name.startsWith('viewer')
  const kind = actor.type === 'guest' || actor.type === 'agent' ? actor.type : 'person'
  const id = actor.type === 'user' ? actor.userId : name
  const user = { id, name, color: 1, role: canWrite ? 'editor' : 'viewer', kind } as const
  return { status: 'ok', canWrite, user, workspaceId: WORKSPACE, epoch: 1 }
}

export interface TestSync {
  readonly sync: Sync
  publish(event: ControlEvent): void
}

export function createTestSync(log: DocumentLog, options: Partial<SyncOptions> = {}): TestSync {
  const listeners = new Set<(event: ControlEvent) => void>()
  const sync = createSync({
    log,
    authorize: async (actor) => grantByName(actor),
    onSeedNeeded: () => undefined,
    onActivity: () => undefined,
    control: {
      subscribe(listener) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    },
    logger: silentLogger,
    ...options,
  })
  return {
    sync,
    publish: (event) => {
      for (const listener of listeners) listener(event)
    },
  }
}

/** Sync on a free port of 127.0.0.1; the actor is the `as` of the URL's query. */
export async function listen(sync: Sync): Promise<{ readonly url: string; close(): Promise<void> }> {
  const upgrade = createSyncUpgrade(sync)
  const server = createServer()
  server.on('upgrade', (request, socket, head) => {
    const path = request.url ?? ''
    const name = new URL(path, 'http://localhost').searchParams.get('as') ?? 'ann'
    upgrade(request, socket, head, person(name), path)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/sync`,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

/** Resolves as soon as the claim holds; looks again at every turn of the event loop. Throws after `timeoutMs`. */
export async function until(claim: () => boolean, timeoutMs = 8000): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (!claim()) {
    if (performance.now() > deadline) throw new Error(`still not so after ${timeoutMs} ms: ${claim.toString()}`)
    await new Promise<void>((resolve) => setTimeout(resolve, 2))
  }
}
