import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { pino } from 'pino'
import { WebSocket } from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import type { Actor, UserActor } from '#shared/access/actor.ts'
import type { MemberRole } from '#shared/access/permissions.ts'
import type { WorkspaceId } from '#shared/ids.ts'
import { TEXT_NAME } from '#shared/protocol/sync.ts'
import type { PrismaClient } from '#prisma/generated/client.ts'
import { hashToken, newId, newToken } from '#server/platform/tokens.ts'
import { createCallerFactory } from '#server/platform/trpc.ts'
import type { App } from '../app.ts'

/** Somebody with an account and a session of an hour. */
export interface Person {
  readonly actor: UserActor
  readonly cookie: string
}

/** A person; where a workspace is named, a member of it. */
export async function makePerson(
  prisma: PrismaClient,
  membership: { readonly workspaceId: WorkspaceId; readonly role: MemberRole } | null = null,
): Promise<Person> {
  const userId = newId<UserActor['userId']>()
  const sessionId = newId<UserActor['sessionId']>()
  const token = newToken()
  const later = new Date(Date.now() + 3_600_000)
  await prisma.user.create({ data: { id: userId, email: `${userId}@example.org`, name: 'Ada', color: 1 } })
  await prisma.session.create({
    data: { id: sessionId, tokenHash: hashToken(token), userId, expiresAt: later, absoluteExpiresAt: later },
  })
  if (membership !== null) await prisma.membership.create({ data: { userId, ...membership } })
  const who = { name: 'Ada', color: 1, isPlatformAdmin: false, isSuspended: false }
  return { actor: { type: 'user', userId, sessionId, ...who }, cookie: `pairloom=${token}` }
}

/** A workspace without members whose folder is there, as the local runtime keeps it. */
export async function makeDiskWorkspace(
  prisma: PrismaClient,
  dataDir: string,
): Promise<{ workspaceId: WorkspaceId; root: string }> {
  const workspaceId = newId<WorkspaceId>()
  const volumeId = newId<string>()
  await prisma.workspace.create({ data: { id: workspaceId, name: 'w', volumeId } })
  const root = path.join(dataDir, 'workspaces', workspaceId, 'files')
  await mkdir(root, { recursive: true })
  await mkdir(path.join(root, '../runtime'))
  await writeFile(path.join(root, '../runtime/volume-id'), volumeId)
  return { workspaceId, root }
}

/** What somebody may call. */
export const callerOf = (app: App, actor: Actor) =>
  createCallerFactory(app.router)({
    actor,
    requestId: 'test',
    address: '',
    userAgent: '',
    cookies: new Map(),
    log: pino({ level: 'silent' }),
    signal: new AbortController().signal,
    loadWorkspace: app.loadWorkspace,
    setCookie: () => {},
  })

/** A document as somebody's browser has it, once it is in step. */
export async function joinDocument(origin: string, documentId: string, { cookie }: Pick<Person, 'cookie'>) {
  class Polyfill extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols ?? [], { headers: { cookie, origin } })
    }
  }
  const doc = new Y.Doc()
  const provider = new WebsocketProvider(`${origin.replace('http', 'ws')}/sync`, documentId, doc, {
    WebSocketPolyfill: Polyfill as unknown as typeof globalThis.WebSocket,
    disableBc: true,
  })
  await new Promise<void>((resolve) => provider.once('sync', () => resolve()))
  return { doc, text: doc.getText(TEXT_NAME), leave: () => (provider.destroy(), doc.destroy()) }
}
