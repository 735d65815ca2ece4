import { describe, expect, it } from 'vitest'
import { linkState } from './links-section.tsx'
import { grantableRoles } from './members-section.tsx'

describe('grantableRoles', () => {
  it('offers an owner everything, an admin only what is below an admin', () => {
    expect(grantableRoles('owner', 'viewer')).toEqual(['owner', 'admin', 'editor', 'viewer'])
    expect(grantableRoles('admin', 'viewer')).toEqual(['editor', 'viewer'])
  })

  it('leaves those at or above oneself, and everyone for lower roles, as they are', () => {
    expect(grantableRoles('admin', 'owner')).toEqual(['owner'])
    expect(grantableRoles('admin', 'admin')).toEqual(['admin'])
    expect(grantableRoles('editor', 'viewer')).toEqual(['viewer'])
  })
})

describe('linkState', () => {
  const nowMs = Date.parse('2026-11-23T12:00:00Z')
  it('is over at its expiry, and revoked whatever the time', () => {
    const expiresAt = '2026-11-23T12:00:00Z'
    expect(linkState({ expiresAt, revokedAt: null }, nowMs - 1)).toBe('active')
    expect(linkState({ expiresAt, revokedAt: null }, nowMs)).toBe('expired')
    expect(linkState({ expiresAt, revokedAt: expiresAt }, nowMs - 1)).toBe('revoked')
  })
})
