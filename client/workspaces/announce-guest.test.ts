import { beforeEach, describe, expect, it, vi } from 'vitest'
import { setLocale } from '../platform/i18n.ts'
import { dismissToast, toastStore } from '../ui/toast.ts'
import { announceGuest } from './announce-guest.ts'

const removeGuest = vi.hoisted(() => vi.fn(() => Promise.resolve(null)))
vi.mock('../platform/api.ts', () => ({ api: { workspaces: { removeGuest: { mutate: removeGuest } } } }))

const magpie = { workspaceId: 'w', guestId: 'g', name: 'Guest Magpie' }

describe('announceGuest', () => {
  beforeEach(async () => {
    await setLocale('en')
    for (const toast of toastStore.read()) dismissToast(toast.id)
  })

  it('offers Remove to those who may share, and only to them', async () => {
    announceGuest(magpie, 'viewer')
    announceGuest(magpie, 'admin')
    const [viewers, admins] = toastStore.read()
    expect(viewers?.text).toBe('Guest Magpie joined by a read-only link')
    expect(viewers?.action).toBeUndefined()
    admins?.action?.run()
    expect(removeGuest).toHaveBeenCalledWith({ workspaceId: 'w', guestId: 'g' })
    await vi.waitFor(() => expect(toastStore.read().at(-1)?.text).toContain('cannot come back'))
  })
})
