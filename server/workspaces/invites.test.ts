import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OneTimeTokenId, WorkspaceId } from '#shared/ids.ts'
import { codeOf, createTestWorkspaces, type TestWorkspaces } from './testing.ts'
import { inTransaction } from './workspace-lock.ts'

let test: TestWorkspaces
beforeAll(async () => {
  test = await createTestWorkspaces()
})
afterAll(() => test.close())

const tokenOf = (url: string) => url.replace('http://localhost:3000/invite/', '')
const roleOf = async (workspaceId: WorkspaceId, { userId }: { userId: string }) =>
  (await test.prisma.membership.findUnique({ where: { workspaceId_userId: { workspaceId, userId } } }))?.role ?? null

describe('invites to a workspace', () => {
  it('make whoever opens them a member, once', async () => {
    const [mina, jun, late] = [await test.person('Mina'), await test.person('Jun'), await test.person('Late')]
    const workspaceId = await test.workspaceOf(mina)
    const token = tokenOf((await test.as(mina).createInvite({ workspaceId, role: 'editor' })).url)

    expect(await test.as(jun).acceptInvite({ token })).toEqual({ workspaceId })

    expect(await roleOf(workspaceId, jun)).toBe('editor')
    expect(await codeOf(test.as(late).acceptInvite({ token }))).toBe('link_invalid')
    expect(await test.as(mina).invites({ workspaceId })).toEqual([])
  })

  it('let exactly one of ten people in who open one at the same moment', async () => {
    const mina = await test.person('Mina')
    const people = await Promise.all(Array.from({ length: 10 }, (_, i) => test.person(`Person ${i}`)))
    const workspaceId = await test.workspaceOf(mina)
    const token = tokenOf((await test.as(mina).createInvite({ workspaceId, role: 'viewer' })).url)

    const codes = await Promise.all(people.map((who) => codeOf(test.as(who).acceptInvite({ token }))))

    expect(codes.filter((code) => code === 'no error')).toHaveLength(1)
    expect(codes.filter((code) => code === 'link_invalid')).toHaveLength(9)
    expect(await test.prisma.membership.count({ where: { workspaceId } })).toBe(2)
  })

  it('are not used up, nor lower anyone, when a member tries them', async () => {
    const [mina, jun] = [await test.person('Mina'), await test.person('Jun')]
    const workspaceId = await test.workspaceOf(mina)
    const token = tokenOf((await test.as(mina).createInvite({ workspaceId, role: 'viewer' })).url)

    expect(await test.as(mina).acceptInvite({ token })).toEqual({ workspaceId })
    expect(await roleOf(workspaceId, mina)).toBe('owner')
    await test.as(jun).acceptInvite({ token })
    expect(await roleOf(workspaceId, jun)).toBe('viewer')
  })

  it('raise a member to a higher role and tell their sockets', async () => {
    const [mina, jun] = [await test.person('Mina'), await test.person('Jun')]
    const workspaceId = await test.workspaceOf(mina, [[jun, 'viewer']])
    const token = tokenOf((await test.as(mina).createInvite({ workspaceId, role: 'admin' })).url)

    await test.as(jun).acceptInvite({ token })

    expect(await roleOf(workspaceId, jun)).toBe('admin')
    expect(test.controlEvents.at(-1)).toEqual({ type: 'role-changed', workspaceId, userId: jun.userId, role: 'admin' })
  })

  it('cannot be made to a role at or above one’s own', async () => {
    const [mina, ari] = [await test.person('Mina'), await test.person('Ari')]
    const workspaceId = await test.workspaceOf(mina, [[ari, 'admin']])

    expect(await codeOf(test.as(ari).createInvite({ workspaceId, role: 'admin' }))).toBe('forbidden')
    expect(await codeOf(test.as(ari).createInvite({ workspaceId, role: 'editor' }))).toBe('no error')
    const asOwner = { workspaceId, role: 'owner' } as unknown as { workspaceId: WorkspaceId; role: 'viewer' }
    expect(await codeOf(test.as(mina).createInvite(asOwner))).toBe('BAD_REQUEST')
  })

  it('end when revoked, when expired, and with their workspace', async () => {
    const [mina, jun] = [await test.person('Mina'), await test.person('Jun')]
    const workspaceId = await test.workspaceOf(mina)
    const make = async () => tokenOf((await test.as(mina).createInvite({ workspaceId, role: 'viewer' })).url)

    const revoked = await make()
    const [invite] = await test.as(mina).invites({ workspaceId })
    await test.as(mina).revokeInvite({ workspaceId, inviteId: invite?.id as OneTimeTokenId })
    expect(await codeOf(test.as(jun).acceptInvite({ token: revoked }))).toBe('link_invalid')

    const expired = await make()
    test.clock.now += 8 * 24 * 3_600_000
    expect(await codeOf(test.as(jun).acceptInvite({ token: expired }))).toBe('link_invalid')

    const orphaned = await make()
    await test.as(mina).delete({ workspaceId })
    expect(await codeOf(test.as(jun).acceptInvite({ token: orphaned }))).toBe('link_invalid')
    expect(await roleOf(workspaceId, jun)).toBeNull()
  })

  it('store no token', async () => {
    const mina = await test.person('Mina')
    const workspaceId = await test.workspaceOf(mina)
    const token = tokenOf((await test.as(mina).createInvite({ workspaceId, role: 'viewer' })).url)

    const rows = await test.prisma.oneTimeToken.findMany({ where: { workspaceId } })

    expect(rows).toHaveLength(1)
    expect(JSON.stringify(rows)).not.toContain(token)
  })

  it('make a new account a member in the transaction that signs it up, or not at all', async () => {
    const [mina, jun] = [await test.person('Mina'), await test.person('Jun')]
    const workspaceId = await test.workspaceOf(mina)
    await test.as(mina).createInvite({ workspaceId, role: 'editor' })
    const invite = await test.prisma.oneTimeToken.findFirstOrThrow({ where: { workspaceId } })
    const { acceptWorkspaceInvite } = test.workspaces

    const failing = inTransaction(test.prisma, async (tx) => {
      await acceptWorkspaceInvite(tx, jun.userId, invite)
      throw new Error('the account could not be made')
    })
    await expect(failing).rejects.toThrow('the account could not be made')
    expect(await roleOf(workspaceId, jun)).toBeNull()

    await inTransaction(test.prisma, (tx) => acceptWorkspaceInvite(tx, jun.userId, invite))
    expect(await roleOf(workspaceId, jun)).toBe('editor')
  })
})
