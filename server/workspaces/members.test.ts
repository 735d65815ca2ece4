import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { codeOf, createTestWorkspaces, type TestWorkspaces } from './testing.ts'

let test: TestWorkspaces
beforeAll(async () => {
  test = await createTestWorkspaces()
})
afterAll(() => test.close())

const rolesOf = async (workspaceId: string) =>
  Object.fromEntries((await test.prisma.membership.findMany({ where: { workspaceId } })).map((m) => [m.userId, m.role]))

const auditOf = async (workspaceId: string) =>
  (await test.prisma.auditEvent.findMany({ where: { workspaceId }, orderBy: { id: 'asc' } })).map((row) => row.action)

describe('members of a workspace', () => {
  it('lists members with their e-mail and says which one asks', async () => {
    const [mina, jun] = [await test.person('Mina'), await test.person('Jun')]
    const workspaceId = await test.workspaceOf(mina, [[jun, 'viewer']])

    const members = await test.as(jun).members({ workspaceId })

    expect(members.map(({ name, role, isMe }) => ({ name, role, isMe }))).toEqual([
      { name: 'Mina', role: 'owner', isMe: false },
      { name: 'Jun', role: 'viewer', isMe: true },
    ])
    expect(members[1]?.email).toBe(`${jun.userId.toLowerCase()}@example.org`)
  })

  it('changes a role, writes the audit row and tells live sockets', async () => {
    const [mina, jun] = [await test.person('Mina'), await test.person('Jun')]
    const workspaceId = await test.workspaceOf(mina, [[jun, 'viewer']])

    await test.as(mina).setRole({ workspaceId, userId: jun.userId, role: 'editor' })

    expect((await rolesOf(workspaceId))[jun.userId]).toBe('editor')
    expect(await auditOf(workspaceId)).toEqual(['workspace.created', 'member.role-changed'])
    expect(test.controlEvents.at(-1)).toEqual({ type: 'role-changed', workspaceId, userId: jun.userId, role: 'editor' })
  })

  it('does nothing where the role is no longer the one that was seen, and repeats a yes without harm', async () => {
    const [mina, jun] = [await test.person('Mina'), await test.person('Jun')]
    const workspaceId = await test.workspaceOf(mina, [[jun, 'viewer']])
    const allow = () =>
      codeOf(test.as(mina).setRole({ workspaceId, userId: jun.userId, role: 'editor', ifRole: 'viewer' }))
    expect([await allow(), await allow()]).toEqual(['no error', 'no error'])
    await test.as(mina).setRole({ workspaceId, userId: jun.userId, role: 'admin' })
    expect(await allow()).toBe('conflict')
    expect((await rolesOf(workspaceId))[jun.userId]).toBe('admin')
  })

  it('leaves exactly one owner when two owners demote each other at once', async () => {
    for (let round = 0; round < 10; round++) {
      const [mina, jun] = [await test.person('Mina'), await test.person('Jun')]
      const workspaceId = await test.workspaceOf(mina, [[jun, 'owner']])

      const codes = await Promise.all([
        codeOf(test.as(mina).setRole({ workspaceId, userId: jun.userId, role: 'viewer' })),
        codeOf(test.as(jun).setRole({ workspaceId, userId: mina.userId, role: 'viewer' })),
      ])

      expect(codes.toSorted()).toEqual(['forbidden', 'no error'])
      expect(Object.values(await rolesOf(workspaceId)).toSorted()).toEqual(['owner', 'viewer'])
    }
  })

  it('leaves an owner when two owners leave at once', async () => {
    const [mina, jun] = [await test.person('Mina'), await test.person('Jun')]
    const workspaceId = await test.workspaceOf(mina, [[jun, 'owner']])

    const codes = await Promise.all([mina, jun].map((who) => codeOf(test.as(who).leave({ workspaceId }))))

    expect(codes.toSorted()).toEqual(['last_owner', 'no error'])
    expect(Object.values(await rolesOf(workspaceId))).toEqual(['owner'])
  })

  it('lets an admin change those below, but neither equals, nor owners, nor themselves upwards', async () => {
    const [mina, ari, ben, jun] = await Promise.all(['Mina', 'Ari', 'Ben', 'Jun'].map((name) => test.person(name)))
    if (!mina || !ari || !ben || !jun) throw new Error('four people')
    const workspaceId = await test.workspaceOf(mina, [
      [ari, 'admin'],
      [ben, 'admin'],
      [jun, 'viewer'],
    ])
    const admin = test.as(ari)

    await admin.setRole({ workspaceId, userId: jun.userId, role: 'editor' })

    expect(await codeOf(admin.setRole({ workspaceId, userId: jun.userId, role: 'admin' }))).toBe('forbidden')
    expect(await codeOf(admin.setRole({ workspaceId, userId: ben.userId, role: 'viewer' }))).toBe('forbidden')
    expect(await codeOf(admin.setRole({ workspaceId, userId: ari.userId, role: 'owner' }))).toBe('forbidden')
    expect(await codeOf(admin.removeMember({ workspaceId, userId: mina.userId }))).toBe('forbidden')
    expect((await rolesOf(workspaceId))[jun.userId]).toBe('editor')
  })

  it('removes a member together with the invites they left open', async () => {
    const [mina, ari, guest] = [await test.person('Mina'), await test.person('Ari'), await test.person('Guest')]
    const workspaceId = await test.workspaceOf(mina, [[ari, 'admin']])
    const { url } = await test.as(ari).createInvite({ workspaceId, role: 'editor' })

    await test.as(mina).removeMember({ workspaceId, userId: ari.userId })

    expect(test.controlEvents.at(-1)).toEqual({ type: 'role-changed', workspaceId, userId: ari.userId, role: null })
    expect(await codeOf(test.as(ari).get({ workspaceId }))).toBe('not_found')
    const token = url.split('/').at(-1) ?? ''
    expect(await codeOf(test.as(guest).acceptInvite({ token }))).toBe('link_invalid')
  })

  it('transfers ownership only to a member, and the giver stays as an admin', async () => {
    const [mina, jun, stranger] = [await test.person('Mina'), await test.person('Jun'), await test.person('Stranger')]
    const workspaceId = await test.workspaceOf(mina, [[jun, 'editor']])

    expect(await codeOf(test.as(mina).transfer({ workspaceId, userId: stranger.userId }))).toBe('not_found')
    await test.as(mina).transfer({ workspaceId, userId: jun.userId })

    expect(await rolesOf(workspaceId)).toEqual({ [mina.userId]: 'admin', [jun.userId]: 'owner' })
    expect(await codeOf(test.as(mina).transfer({ workspaceId, userId: mina.userId }))).toBe('forbidden')
  })

  it('gives a platform admin who is no member no way to hand the workspace over', async () => {
    const [mina, root] = [await test.person('Mina'), await test.person('Root', { isPlatformAdmin: true })]
    const workspaceId = await test.workspaceOf(mina)

    expect(await codeOf(test.as(root).transfer({ workspaceId, userId: root.userId }))).toBe('forbidden')
    expect(await codeOf(test.as(root).members({ workspaceId }))).toBe('forbidden')
    expect(await rolesOf(workspaceId)).toEqual({ [mina.userId]: 'owner' })
  })

  it('answers a foreign workspace exactly as a missing one', async () => {
    const [mina, stranger] = [await test.person('Mina'), await test.person('Stranger')]
    const foreign = await test.workspaceOf(mina)
    const missing = `${foreign.slice(0, -1)}${foreign.endsWith('A') ? 'B' : 'A'}` as typeof foreign
    const answer = (workspaceId: typeof foreign) =>
      test
        .as(stranger)
        .setRole({ workspaceId, userId: mina.userId, role: 'viewer' })
        .catch((error: unknown) => String(error))

    expect(await answer(foreign)).toBe(await answer(missing))
    expect(await codeOf(test.as(stranger).members({ workspaceId: foreign }))).toBe('not_found')
  })

  it('refuses fields nobody asked for', async () => {
    const mina = await test.person('Mina')
    const workspaceId = await test.workspaceOf(mina)
    const input = { workspaceId, name: 'New', role: 'owner' }

    expect(await codeOf(test.as(mina).rename(input))).toBe('BAD_REQUEST')
  })
})
