import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { pino } from 'pino'
import type { Actor, UserActor } from '#shared/access/actor.ts'
import type { GuestId, ImportId, SessionId, UserId, WorkspaceId } from '#shared/ids.ts'
import type { ControlEvent } from '#shared/protocol/control.ts'
import type { ImportStatus, PresentPerson } from '#shared/protocol/events.ts'
import { createControlBus } from '#server/platform/control.ts'
import { guestCookieName } from '#server/platform/cookies.ts'
import { createTestDatabase } from '#server/platform/testing/database.ts'
import { hashToken, newId } from '#server/platform/tokens.ts'
import { createCallerFactory, type RequestContext } from '#server/platform/trpc.ts'
import type { EditWish } from './ask-to-edit.ts'
import { createWorkspaces, type WorkspacesOptions } from './create-workspaces.ts'
import type { ImportLimits } from './imports.ts'

/** A browser of a test: its actor, and the cookies it was given. */
export interface Browser {
  actor: Actor
  readonly address: string
  readonly cookies: Map<string, string>
}

export type TestOverrides = Partial<Omit<WorkspacesOptions, 'config'>> & { readonly limits?: Partial<ImportLimits> }

/** The feature on a real database and a real folder, with people to call it. */
export async function createTestWorkspaces(given: TestOverrides = {}) {
  const { limits = {}, ...overrides } = given
  const database = await createTestDatabase()
  const { prisma } = database
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'pairloom-workspaces-'))
  const controlEvents: ControlEvent[] = []
  const statuses: { importId: ImportId; userId: UserId; status: ImportStatus }[] = []
  const guestsJoined: { workspaceId: WorkspaceId; guestId: GuestId; name: string }[] = []
  const editsAsked: ({ to: UserId } & EditWish)[] = []
  const inside = new Map<WorkspaceId, PresentPerson[]>()
  const stopped: WorkspaceId[] = []
  const clock = { now: Date.parse('2026-05-01T00:00:00Z') }
  const control = createControlBus((error) => {
    throw error
  })
  control.subscribe((event) => controlEvents.push(event))
  const log = pino({ level: 'silent' })
  const refuse = () => Promise.reject(new Error('not expected in this test'))
  const options: WorkspacesOptions = {
    prisma,
    control,
    config: { publicUrl: 'http://localhost:3000', dataDir, limits },
    unpackArchive: refuse,
    cloneGit: refuse,
    peopleInside: (id) => inside.get(id) ?? [],
    runtime: { agentStatus: () => 'stopped', stop: (id) => void stopped.push(id), isIsolated: false },
    onImportStatus: (importId, userId, status) => statuses.push({ importId, userId, status }),
    onEditAsked: (to, wish) => editsAsked.push({ to, ...wish }),
    onGuestJoined: (workspaceId, guestId, name) => guestsJoined.push({ workspaceId, guestId, name }),
    log,
    now: () => clock.now,
    ...overrides,
  }
  const workspaces = createWorkspaces(options)
  const createCaller = createCallerFactory(workspaces.router)

  const contextOf = (browser: Browser): RequestContext => ({
    actor: browser.actor,
    requestId: newId<string>(),
    address: browser.address,
    userAgent: 'test',
    cookies: browser.cookies,
    log,
    signal: new AbortController().signal,
    loadWorkspace: workspaces.loadWorkspace,
    setCookie: (cookie) => {
      const [name = '', value = ''] = (cookie.split(';')[0] ?? '').split('=')
      browser.cookies.set(name, value)
    },
  })

  async function person(name: string, facts: Partial<UserActor> = {}): Promise<UserActor> {
    const userId = newId<UserId>()
    const email = `${userId.toLowerCase()}@example.org`
    await prisma.user.create({ data: { id: userId, email, name, color: 1 } })
    const ids = { type: 'user' as const, userId, sessionId: newId<SessionId>(), name, color: 1 }
    return { ...ids, isPlatformAdmin: false, isSuspended: false, ...facts }
  }

  let browsers = 0
  const browser = (actor: Actor = { type: 'anonymous' }): Browser => ({
    actor,
    address: `192.0.2.${++browsers % 250}`,
    cookies: new Map(),
  })
  const as = (actor: Actor) => createCaller(contextOf(browser(actor)))

  return {
    workspaces,
    options,
    database,
    prisma,
    dataDir,
    clock,
    controlEvents,
    statuses,
    guestsJoined,
    editsAsked,
    inside,
    stopped,
    person,
    browser,
    as,
    by: (b: Browser) => createCaller(contextOf(b)),
    callWith: createCaller,
    contextOf,

    /** The guest that a browser's cookie makes of it, as resolving an actor does. */
    async guestOf(b: Browser): Promise<Extract<Actor, { type: 'guest' }>> {
      const tokenHash = hashToken(b.cookies.get(guestCookieName(false)) ?? '')
      const row = await prisma.guest.findUniqueOrThrow({ where: { tokenHash }, include: { link: true } })
      return {
        type: 'guest',
        guestId: row.id as GuestId,
        linkId: row.linkId as Extract<Actor, { type: 'guest' }>['linkId'],
        workspaceId: row.link.workspaceId as WorkspaceId,
        name: row.name,
        color: row.color,
        expiresAt: row.link.expiresAt.getTime(),
      }
    },

    /** An empty workspace with an owner and whoever else is asked for. */
    async workspaceOf(
      owner: UserActor,
      others: readonly (readonly [UserActor, 'owner' | 'admin' | 'editor' | 'viewer'])[] = [],
    ) {
      const made = await as(owner).create({ source: 'empty', name: 'Tides' })
      if (!('workspaceId' in made)) throw new Error('an empty workspace is made at once')
      const { workspaceId } = made
      for (const [{ userId }, role] of others) await prisma.membership.create({ data: { workspaceId, userId, role } })
      return workspaceId
    },

    async close() {
      await workspaces.close()
      await database.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

export type TestWorkspaces = Awaited<ReturnType<typeof createTestWorkspaces>>

/** The app's code of a refused call. */
export const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'no error',
    (error: { cause?: { code?: string }; code?: string }) => error.cause?.code ?? error.code ?? 'unknown',
  )
