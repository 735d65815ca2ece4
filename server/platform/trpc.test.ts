import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { nodeHTTPRequestHandler } from '@trpc/server/adapters/node-http'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type Actor, ANONYMOUS } from '#shared/access/actor.ts'
import type { WorkspaceRole } from '#shared/access/permissions.ts'
import { AppError, type ErrorCode, ERRORS } from '#shared/errors.ts'
import type { SessionId, UserId, WorkspaceId } from '#shared/ids.ts'
import { newId } from './tokens.ts'
import {
  appCodeOf,
  createCallerFactory,
  platformProcedure,
  type ProcedureMeta,
  publicProcedure,
  type RequestContext,
  router,
  selfProcedure,
  workspaceProcedure,
} from './trpc.ts'

const here = newId<WorkspaceId>()
const renamed: string[] = []
const app = router({
  fail: publicProcedure.input(z.string()).query(({ input }) => {
    throw new AppError(input as ErrorCode, 'an inner sentence', { details: { limit: 3 } })
  }),
  break: publicProcedure.query(() => {
    throw new Error('connect to postgres://user:hunter2@db failed')
  }),
  echo: publicProcedure
    .input(z.strictObject({ limit: z.number().int().min(1).max(10) }))
    .mutation(({ input }) => input),
  self: selfProcedure('account.use').query(({ ctx }) => ctx.actor.userId),
  platform: platformProcedure('platform.admin').query(() => 'yes'),
  rename: workspaceProcedure('workspace.share')
    .input(z.strictObject({ workspaceId: z.string(), name: z.string() }))
    .mutation(({ input, ctx }) => {
      renamed.push(input.name)
      return ctx.workspace.role
    }),
})
const createCaller = createCallerFactory(app)

let role: WorkspaceRole | null
beforeEach(() => {
  role = 'admin'
  renamed.length = 0
})
const person: Actor = {
  type: 'user',
  userId: 'u' as UserId,
  sessionId: 's' as SessionId,
  name: 'Mina',
  color: 1,
  isPlatformAdmin: false,
  isSuspended: false,
}
const contextOf = (actor: Actor): RequestContext => ({
  actor,
  requestId: 'r1',
  address: '',
  userAgent: '',
  cookies: new Map(),
  log: pino({ level: 'silent' }),
  signal: new AbortController().signal,
  loadWorkspace: (_, id) => Promise.resolve(id === here ? { type: 'workspace', id, role, isDeleted: false } : null),
  setCookie: () => undefined,
})
const as = (actor: Actor) => createCaller(contextOf(actor))
const codeOf = (work: Promise<unknown>): Promise<ErrorCode | 'yes'> => work.then(() => 'yes' as const, appCodeOf)

describe('permissions of procedures', () => {
  it('are declared in the meta of each, for the walk at start', () => {
    const declared = Object.entries(app._def.procedures).map(([name, procedure]) => [
      name,
      (procedure._def.meta as ProcedureMeta | undefined)?.permission,
    ])
    expect(Object.fromEntries(declared)).toEqual({
      fail: 'public',
      break: 'public',
      echo: 'public',
      self: 'account.use',
      platform: 'platform.admin',
      rename: 'workspace.share',
    })
  })

  it('are judged before the procedure runs', async () => {
    expect(await codeOf(as(ANONYMOUS).self())).toBe('unauthenticated')
    expect(await codeOf(as({ ...person, isSuspended: true }).self())).toBe('suspended')
    expect(await as(person).self()).toBe('u')
    expect(await codeOf(as(person).platform())).toBe('forbidden')
    expect(await as({ ...person, isPlatformAdmin: true }).platform()).toBe('yes')
  })

  it('of a workspace answer a missing and a foreign one alike, and a role that is too low otherwise', async () => {
    const rename = (workspaceId: string) => codeOf(as(person).rename({ workspaceId: workspaceId as never, name: 'n' }))
    expect(await rename(here)).toBe('yes')
    role = 'viewer'
    expect(await rename(here)).toBe('forbidden')
    role = null
    expect(await rename(here)).toBe('not_found')
    expect(await rename(newId())).toBe('not_found')
    expect(await rename('../../etc')).toBe('bad_request')
    expect(renamed).toEqual(['n'])
  })

  it('of a workspace come before the rest of the input is looked at', async () => {
    role = 'viewer'
    expect(await codeOf(as(person).rename({ workspaceId: here, name: 1 } as never))).toBe('forbidden')
    role = 'admin'
    expect(await codeOf(as(person).rename({ workspaceId: here, name: 1 } as never))).toBe('bad_request')
    expect(await codeOf(as(person).rename({ workspaceId: here, name: 'n', role: 'owner' } as never))).toBe(
      'bad_request',
    )
    for (const input of [null, undefined, [], 'x', 3, { name: 'n' }]) {
      expect(await codeOf(as(person).rename(input as never))).toBe('bad_request')
    }
    expect(renamed).toEqual([])
  })
})

describe('over HTTP', () => {
  let url: string
  const server = createServer((req, res) => {
    const path = new URL(req.url ?? '/', 'http://x').pathname.slice(1)
    void nodeHTTPRequestHandler({
      router: app,
      path,
      req,
      res,
      createContext: () => Promise.resolve(contextOf(ANONYMOUS)),
    })
  })
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })
  const post = async (path: string, body: string) => {
    const response = await fetch(`${url}/${path}`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    })
    return { status: response.status, body: await response.text() }
  }

  it('every error code has its status, its sentence, and its details', async () => {
    for (const [code, { http, en }] of Object.entries(ERRORS)) {
      const response = await fetch(`${url}/fail?input=${encodeURIComponent(JSON.stringify(code))}`)
      expect([code, response.status]).toEqual([code, http])
      expect(await response.json()).toMatchObject({
        error: { message: en, data: { appCode: code, httpStatus: http, details: { limit: 3 }, requestId: 'r1' } },
      })
    }
  })

  it('nothing of an unexpected error leaves the server', async () => {
    const response = await fetch(`${url}/break`)
    const body = await response.text()
    expect(response.status).toBe(500)
    expect(body).toContain('"appCode":"internal"')
    expect(body).not.toMatch(/hunter2|postgres|stack|trpc\.test/)
  })

  it.each([
    ['NaN', 'echo', '{"limit":NaN}', 400],
    ['a negative limit', 'echo', '{"limit":-1}', 400],
    ['a limit of 2⁵³', 'echo', '{"limit":9007199254740992}', 400],
    ['an extra role', 'echo', '{"limit":1,"role":"owner"}', 400],
    ['a __proto__ key', 'echo', '{"limit":1,"__proto__":{"isAdmin":true}}', 400],
    ['a constructor key', 'echo', '{"limit":1,"constructor":{"prototype":{}}}', 400],
    ['JSON 10,000 deep', 'echo', '['.repeat(10_000) + ']'.repeat(10_000), 400],
    ['half of a JSON object', 'echo', '{"limit":', 400],
    ['an unknown procedure', 'nothing.here', '{}', 404],
    ['the name of an inherited property', 'constructor', '{}', 404],
    ['__proto__ as a procedure', '__proto__', '{}', 404],
    ['a query by POST', 'self', '{}', 405],
  ])('%s is refused with a reason', async (_, path, body, status) => {
    const answer = await post(path, body)
    expect([answer.status, answer.body]).toEqual([status, expect.stringContaining('"appCode"')])
    expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined()
  })

  it('a mutation by GET is refused', async () => {
    const response = await fetch(`${url}/echo?input=${encodeURIComponent('{"limit":1}')}`)
    expect(response.status).toBe(405)
    expect(await response.json()).toMatchObject({ error: { data: { appCode: 'method_not_allowed' } } })
  })

  it('what is right is answered', async () => {
    expect(await post('echo', '{"limit":1}')).toEqual({ status: 200, body: '{"result":{"data":{"limit":1}}}' })
  })
})
