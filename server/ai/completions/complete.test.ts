import { describe, expect, it } from 'vitest'
import type { UserActor } from '#shared/access/actor.ts'
import { completeInput } from '#shared/api/completions.ts'
import type { SessionId, UserId } from '#shared/ids.ts'
import { createFakeGateway, type FakeAnswer } from '../testing/fake-gateway.ts'
import { complete } from './complete.ts'

const actor: UserActor = {
  type: 'user',
  userId: 'u'.repeat(22) as UserId,
  sessionId: 's'.repeat(22) as SessionId,
  name: 'Ada',
  color: 1,
  isPlatformAdmin: false,
  isSuspended: false,
}
const ask = (more: object = {}) =>
  completeInput.parse({
    workspaceId: 'w'.repeat(22),
    path: 'src/sum.ts',
    language: 'typescript',
    prefix: 'const a = ',
    suffix: '\n',
    ...more,
  })
const job = (signal = new AbortController().signal) => ({ actor, requestId: 'r', signal })
const saying = (answer: FakeAnswer) => createFakeGateway(() => answer)

describe('a completion', () => {
  it('is asked with what surrounds the caret and charged to person and workspace', async () => {
    const gateway = saying({ pieces: ['b +', ' c'] })
    const openFiles = [{ path: 'src/b.ts', text: 'export const b = 1' }]
    const answer = await complete(gateway, job(), ask({ openFiles }))
    expect(answer).toMatchObject({ status: 'done', text: 'b + c' })
    expect(gateway.calls[0]).toMatchObject({
      caller: { userId: actor.userId, workspaceId: 'w'.repeat(22) },
      input: {
        purpose: 'completion',
        segments: {
          prefix: 'const a = ',
          suffix: '\n',
          language: 'typescript',
          filepath: 'src/sum.ts',
          snippets: [{ filepath: 'src/b.ts', body: 'export const b = 1' }],
        },
      },
    })
  })

  it('is not offered in a file of secrets, and no model hears of it', async () => {
    const gateway = saying({ pieces: ['x'] })
    const answer = await complete(gateway, job(), ask({ path: 'app/.env' }))
    expect(answer).toEqual({ status: 'not_offered', reason: 'secret_file' })
    expect(gateway.calls).toEqual([])
  })

  it('is asked for without the open files that hold secrets', async () => {
    const gateway = saying({ pieces: ['x'] })
    await complete(gateway, job(), ask({ openFiles: [{ path: '.ssh/id_rsa', text: 'CANARY' }] }))
    expect(JSON.stringify(gateway.calls)).not.toContain('CANARY')
  })

  it('stops at the gateway when the browser no longer waits', async () => {
    const leaving = new AbortController()
    const gateway = createFakeGateway(() => ({ pieces: ['x'], beforePiece: () => new Promise(() => {}) }))
    const answer = complete(gateway, job(leaving.signal), ask())
    leaving.abort()
    await expect(answer).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('tells what an upstream did as a code of ours', async () => {
    const answer = complete(saying({ pieces: [], error: 'ai_timeout' }), job(), ask())
    await expect(answer).rejects.toMatchObject({ code: 'ai_timeout' })
  })
})
