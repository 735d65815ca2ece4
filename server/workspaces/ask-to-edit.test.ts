import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { UserActor } from '#shared/access/actor.ts'
import type { MemberRole } from '#shared/access/permissions.ts'
import type { WorkspaceId } from '#shared/ids.ts'
import { codeOf, createTestWorkspaces, type TestWorkspaces } from './testing.ts'

let test: TestWorkspaces
beforeAll(async () => {
  test = await createTestWorkspaces()
})
afterAll(() => test.close())
beforeEach(() => void test.editsAsked.splice(0))

const enter = (workspaceId: string, ...people: readonly (readonly [UserActor, MemberRole])[]) =>
  test.inside.set(
    workspaceId as WorkspaceId,
    people.map(([{ userId, name }, role]) => ({ id: userId, name, color: 1, kind: 'person', role, paths: [] })),
  )

describe('asking to edit', () => {
  it('tells the owners and admins who are inside, and nobody else', async () => {
    const names = ['Mina', 'Ada', 'Jun', 'Tara'] as const
    const [mina, ada, jun, tara] = await Promise.all(names.map((name) => test.person(name)))
    if (!mina || !ada || !jun || !tara) throw new Error('four people')
    const workspaceId = await test.workspaceOf(mina, [
      [ada, 'admin'],
      [jun, 'editor'],
      [tara, 'viewer'],
    ])
    enter(workspaceId, [mina, 'owner'], [ada, 'admin'], [jun, 'editor'], [tara, 'viewer'])

    expect(await test.as(tara).askToEdit({ workspaceId })).toEqual({ asked: 2 })

    const wish = { workspaceId, userId: tara.userId, name: 'Tara' }
    expect(test.editsAsked).toEqual([
      { to: mina.userId, ...wish },
      { to: ada.userId, ...wish },
    ])
  })

  it('says when nobody is there who could allow it', async () => {
    const [mina, tara] = [await test.person('Mina'), await test.person('Tara')]
    const workspaceId = await test.workspaceOf(mina, [[tara, 'viewer']])
    enter(workspaceId, [tara, 'viewer'])
    expect(await test.as(tara).askToEdit({ workspaceId })).toEqual({ asked: 0 })
  })

  it('tells who may write already that there is nothing to ask', async () => {
    const [mina, jun] = [await test.person('Mina'), await test.person('Jun')]
    const workspaceId = await test.workspaceOf(mina, [[jun, 'editor']])
    enter(workspaceId, [mina, 'owner'])
    expect(await codeOf(test.as(jun).askToEdit({ workspaceId }))).toBe('conflict')
    expect(test.editsAsked).toEqual([])
  })

  it('is refused after some repetitions, and possible again later', async () => {
    const [mina, tara] = [await test.person('Mina'), await test.person('Tara')]
    const workspaceId = await test.workspaceOf(mina, [[tara, 'viewer']])
    enter(workspaceId, [mina, 'owner'])
    const ask = () => codeOf(test.as(tara).askToEdit({ workspaceId }))
    const answers: string[] = []
    for (let i = 0; i < 5; i++) answers.push(await ask())
    expect(answers).toEqual(['no error', 'no error', 'no error', 'rate_limited', 'rate_limited'])
    expect(test.editsAsked).toHaveLength(3)
    test.clock.now += 60_000
    expect(await ask()).toBe('no error')
  })
})
