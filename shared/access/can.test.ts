import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { GuestId, SessionId, ShareLinkId, UserId, WorkspaceId } from '#shared/ids.ts'
import type { Actor } from './actor.ts'
import { can, canChangeRole, type Resource } from './can.ts'
import { type Permission, PERMISSIONS, WORKSPACE_ROLES, type WorkspaceRole } from './permissions.ts'

const here = 'workspace-here' as WorkspaceId
const elsewhere = 'workspace-elsewhere' as WorkspaceId

const person = (overrides: Partial<Extract<Actor, { type: 'user' }>> = {}): Actor => ({
  type: 'user',
  userId: 'u' as UserId,
  sessionId: 's' as SessionId,
  name: 'Mina',
  color: 1,
  isPlatformAdmin: false,
  isSuspended: false,
  ...overrides,
})
const guestOf = (workspaceId: WorkspaceId): Actor => ({
  type: 'guest',
  guestId: 'g' as GuestId,
  linkId: 'l' as ShareLinkId,
  workspaceId,
  name: 'Otter',
  color: 2,
  expiresAt: 0,
})
const agentOf = (workspaceId: WorkspaceId): Actor => ({ type: 'agent', workspaceId, generation: 1 })
const workspace = (role: WorkspaceRole | null, isDeleted = false): Resource => ({
  type: 'workspace',
  id: here,
  role,
  isDeleted,
})

/**
 * Columns of the table: who asks, and what they are in this workspace. O A E V: members; L: guest by link, S: a
 * signed-in person by link; G: this workspace's agent; P: platform admin who is no member; s: stranger.
 */
const ASKERS: Readonly<Record<string, { actor: Actor; role: WorkspaceRole | null }>> = {
  O: { actor: person(), role: 'owner' },
  A: { actor: person(), role: 'admin' },
  E: { actor: person(), role: 'editor' },
  V: { actor: person(), role: 'viewer' },
  L: { actor: guestOf(here), role: 'link' },
  S: { actor: person(), role: 'link' },
  G: { actor: agentOf(here), role: null },
  P: { actor: person({ isPlatformAdmin: true }), role: null },
  s: { actor: person(), role: null },
}

/** Reviewed by hand against security.md: a changed cell is a changed promise. */
const LIVE = `
                     O A E V L S G P s
workspace.read       x x x x x x x . .
workspace.details    x x x x . . . . .
workspace.write      x x x . . . x . .
workspace.share      x x . . . . . . .
workspace.members    x x . . . . . . .
workspace.own        x . . . . . . . .
workspace.oversee    x x . . . . . x .
workspace.leave      x x x x . . . . .
workspace.discuss    x x x x . . . . .
workspace.ai         x x x . . . . . .
workspace.watchTerminals x x x . . . . . .
workspace.shell      x x x . . . . . .
workspace.agent      . . . . . . x . .
account.use          . . . . . . . . .
platform.admin       . . . . . . . . .
`

const DELETED = `
                     O A E V L S G P s
workspace.read       . . . . . . . . .
workspace.details    . . . . . . . . .
workspace.write      . . . . . . . . .
workspace.share      . . . . . . . . .
workspace.members    . . . . . . . . .
workspace.own        x . . . . . . . .
workspace.oversee    x x . . . . . x .
workspace.leave      . . . . . . . . .
workspace.discuss    . . . . . . . . .
workspace.ai         . . . . . . . . .
workspace.watchTerminals . . . . . . . . .
workspace.shell      . . . . . . . . .
workspace.agent      . . . . . . . . .
account.use          . . . . . . . . .
platform.admin       . . . . . . . . .
`

function tableOf(isDeleted: boolean): string {
  const rows = PERMISSIONS.map((permission) => {
    const cells = Object.values(ASKERS).map(({ actor, role }) =>
      can(actor, permission, workspace(role, isDeleted)) ? 'x' : '.',
    )
    return `${permission.padEnd(20)} ${cells.join(' ')}`
  })
  return `\n${' '.repeat(21)}${Object.keys(ASKERS).join(' ')}\n${rows.join('\n')}\n`
}

describe('the table of roles and permissions', () => {
  it('is what was reviewed, for a live workspace', () => {
    expect(tableOf(false)).toBe(LIVE)
  })

  it('is what was reviewed, for a deleted workspace', () => {
    expect(tableOf(true)).toBe(DELETED)
  })

  it('lets viewers, and nobody else, watch terminals where the owner allows it', () => {
    const open: Resource = {
      type: 'workspace',
      id: here,
      role: 'viewer',
      isDeleted: false,
      viewersWatchTerminals: true,
    }
    expect(can(person(), 'workspace.watchTerminals', open)).toBe(true)
    expect(can(person(), 'workspace.shell', open)).toBe(false)
    expect(can(person(), 'workspace.watchTerminals', { ...open, role: 'link' })).toBe(false)
    expect(can(person(), 'workspace.watchTerminals', { ...open, role: null })).toBe(false)
    expect(can(person(), 'workspace.watchTerminals', { ...open, isDeleted: true })).toBe(false)
  })

  it("gives one's own account to every person and the platform to its admins, and neither to anyone else", () => {
    const askers = {
      anonymous: { type: 'anonymous' } as Actor,
      guest: guestOf(here),
      agent: agentOf(here),
      person: person(),
      admin: person({ isPlatformAdmin: true }),
    }
    const allowed = (permission: Permission, resource: Resource) =>
      Object.entries(askers).flatMap(([name, actor]) => (can(actor, permission, resource) ? [name] : []))
    expect(allowed('account.use', { type: 'self' })).toEqual(['person', 'admin'])
    expect(allowed('platform.admin', { type: 'platform' })).toEqual(['admin'])
    expect(allowed('account.use', { type: 'platform' })).toEqual([])
    expect(allowed('platform.admin', { type: 'self' })).toEqual([])
    for (const permission of PERMISSIONS.filter((p) => p.startsWith('workspace.'))) {
      expect([...allowed(permission, { type: 'self' }), ...allowed(permission, { type: 'platform' })]).toEqual([])
    }
  })
})

const anyRole = fc.constantFrom(...WORKSPACE_ROLES, null)
const anyPermission = fc.constantFrom(...PERMISSIONS)
const anyResource: fc.Arbitrary<Resource> = fc.oneof(
  fc.constant<Resource>({ type: 'self' }),
  fc.constant<Resource>({ type: 'platform' }),
  fc.record({
    type: fc.constant('workspace' as const),
    id: fc.constantFrom(here, elsewhere),
    role: anyRole,
    isDeleted: fc.boolean(),
  }),
)
const strangeWord = fc.oneof(
  fc.constantFrom(
    'superuser',
    'OWNER',
    'owner ',
    'agent',
    'platform',
    'user',
    'constructor',
    '__proto__',
    'toString',
    '',
  ),
  fc.string(),
)

describe('whoever is asking', () => {
  it('gets nothing with an unknown role, even where it is the name of another column', () => {
    fc.assert(
      fc.property(strangeWord, anyPermission, fc.boolean(), (role, permission, isDeleted) => {
        fc.pre(!(WORKSPACE_ROLES as readonly string[]).includes(role))
        expect(can(person(), permission, workspace(role as WorkspaceRole, isDeleted))).toBe(false)
        expect(can(guestOf(here), permission, workspace(role as WorkspaceRole, isDeleted))).toBe(false)
      }),
    )
  })

  it('gets nothing by an unknown permission', () => {
    fc.assert(
      fc.property(strangeWord, anyResource, (permission, resource) => {
        for (const actor of [person({ isPlatformAdmin: true }), guestOf(here), agentOf(here)]) {
          expect(can(actor, permission as Permission, resource)).toBe(false)
        }
      }),
    )
  })

  it('gets nothing while suspended or anonymous', () => {
    fc.assert(
      fc.property(anyPermission, anyResource, fc.boolean(), (permission, resource, isPlatformAdmin) => {
        expect(can(person({ isSuspended: true, isPlatformAdmin }), permission, resource)).toBe(false)
        expect(can({ type: 'anonymous' }, permission, resource)).toBe(false)
      }),
    )
  })

  it('gets nothing in another workspace as guest or agent, whatever role is claimed there', () => {
    fc.assert(
      fc.property(anyPermission, anyRole, fc.boolean(), (permission, role, isDeleted) => {
        expect(can(guestOf(elsewhere), permission, workspace(role, isDeleted))).toBe(false)
        expect(can(agentOf(elsewhere), permission, workspace(role, isDeleted))).toBe(false)
      }),
    )
  })

  it('reads at most as a guest by a link, even if a row said the guest were an owner', () => {
    for (const permission of PERMISSIONS) expect(can(guestOf(here), permission, workspace('owner'))).toBe(false)
  })
})

describe('canChangeRole', () => {
  it('is what was reviewed: who may make what of whom', () => {
    const targets = [...WORKSPACE_ROLES, null]
    const rows = WORKSPACE_ROLES.flatMap((own) =>
      WORKSPACE_ROLES.map((from) => {
        const cells = targets.map((to) => (canChangeRole(own, from, to) ? 'x' : '.'))
        return `${own.padEnd(7)}${from.padEnd(7)} ${cells.join(' ')}`
      }),
    )
    expect(`\nby     of      O A E V L -\n${rows.join('\n')}\n`).toBe(`
by     of      O A E V L -
owner  owner   x x x x x x
owner  admin   x x x x x x
owner  editor  x x x x x x
owner  viewer  x x x x x x
owner  link    x x x x x x
admin  owner   . . . . . .
admin  admin   . . . . . .
admin  editor  . . x x x x
admin  viewer  . . x x x x
admin  link    . . x x x x
editor owner   . . . . . .
editor admin   . . . . . .
editor editor  . . . . . .
editor viewer  . . . . . .
editor link    . . . . . .
viewer owner   . . . . . .
viewer admin   . . . . . .
viewer editor  . . . . . .
viewer viewer  . . . . . .
viewer link    . . . . . .
link   owner   . . . . . .
link   admin   . . . . . .
link   editor  . . . . . .
link   viewer  . . . . . .
link   link    . . . . . .
`)
  })

  it('knows no role but its own five', () => {
    fc.assert(
      fc.property(strangeWord, fc.constantFrom(...WORKSPACE_ROLES), (word, role) => {
        fc.pre(!(WORKSPACE_ROLES as readonly string[]).includes(word))
        const strange = word as WorkspaceRole
        expect(canChangeRole(strange, role, role)).toBe(false)
        expect(canChangeRole('owner', strange, role)).toBe(false)
        expect(canChangeRole('owner', role, strange)).toBe(false)
      }),
    )
  })
})
