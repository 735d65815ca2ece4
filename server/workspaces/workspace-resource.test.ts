import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor, UserActor } from '#shared/access/actor.ts'
import type { WorkspaceId } from '#shared/ids.ts'
import { newId } from '#server/platform/tokens.ts'
import { createTestWorkspaces, type TestWorkspaces } from './testing.ts'

let test: TestWorkspaces
let owner: UserActor
let workspaceId: WorkspaceId
beforeAll(async () => {
  test = await createTestWorkspaces()
  owner = await test.person('Mina')
  workspaceId = await test.workspaceOf(owner)
})
afterAll(() => test.close())

const roleOf = async (actor: Actor) => (await test.workspaces.loadWorkspace(actor, workspaceId))?.role

describe('what is asked about a workspace', () => {
  it('is nothing where there is none', async () => {
    expect(await test.workspaces.loadWorkspace(owner, newId())).toBeNull()
  })

  it('holds the role of a member and none for anyone else', async () => {
    const stranger = await test.person('Stranger')

    expect(await roleOf(owner)).toBe('owner')
    expect(await roleOf(stranger)).toBeNull()
    expect(await roleOf({ type: 'anonymous' })).toBeNull()
    expect(await roleOf({ type: 'agent', workspaceId, generation: 1 })).toBeNull()
  })

  it('holds the role link for a guest, until the link ends, and never for the guest of another workspace', async () => {
    const { url } = await test.as(owner).createLink({ workspaceId, expiresInHours: 1, label: '' })
    const elsewhere = await test.workspaceOf(owner)
    const other = await test.as(owner).createLink({ workspaceId: elsewhere, expiresInHours: 1, label: '' })
    const [guest, foreign] = await Promise.all(
      [url, other.url].map(async (link) => {
        const browser = test.browser()
        await test.by(browser).joinAsGuest({ token: link.split('/').at(-1) ?? '' })
        return test.guestOf(browser)
      }),
    )
    if (!guest || !foreign) throw new Error('two guests')

    expect(await roleOf(guest)).toBe('link')
    expect(await roleOf(foreign)).toBeNull()
    expect(await roleOf({ ...foreign, workspaceId })).toBeNull()
    test.clock.now += 3_600_000
    expect(await roleOf(guest)).toBeNull()
  })

  it('does not make a member of whoever knows the id of a signed-in guest', async () => {
    const { url } = await test.as(owner).createLink({ workspaceId, expiresInHours: 1, label: '' })
    const jun = await test.person('Jun')
    await test.as(jun).joinAsGuest({ token: url.split('/').at(-1) ?? '' })
    const row = await test.prisma.guest.findFirstOrThrow({ where: { userId: jun.userId } })
    const ids = { guestId: row.id, linkId: row.linkId } as Pick<Extract<Actor, { type: 'guest' }>, 'guestId' | 'linkId'>

    expect(await roleOf(jun)).toBe('link')
    expect(
      await roleOf({ type: 'guest', ...ids, workspaceId, name: '', color: 1, expiresAt: test.clock.now + 1000 }),
    ).toBeNull()
  })

  it('prefers what a member may over what a link would give', async () => {
    const { url } = await test.as(owner).createLink({ workspaceId, expiresInHours: 1, label: '' })
    const jun = await test.person('Jun')
    await test.as(jun).joinAsGuest({ token: url.split('/').at(-1) ?? '' })
    await test.prisma.membership.create({ data: { workspaceId, userId: jun.userId, role: 'editor' } })

    expect(await roleOf(jun)).toBe('editor')
  })

  it('says that the workspace is deleted', async () => {
    const doomed = await test.workspaceOf(owner)
    await test.as(owner).delete({ workspaceId: doomed })

    expect(await test.workspaces.loadWorkspace(owner, doomed)).toMatchObject({ role: 'owner', isDeleted: true })
  })
})
