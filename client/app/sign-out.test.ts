import { beforeEach, describe, expect, it, vi } from 'vitest'
import { toastStore } from '../ui/toast.ts'
import { signOut } from './sign-out.ts'

const calls = vi.hoisted(() => [] as string[])
const logout = vi.hoisted(() => vi.fn<() => Promise<void>>())
vi.mock('../platform/api.ts', () => ({ api: { auth: { logout: { mutate: logout } } } }))
vi.mock('../sync/offline-registry.ts', () => ({
  listUnsavedFiles: () => [],
  wipeOfflineStores: (userId: string) => Promise.resolve(void calls.push(`wipe ${userId}`)),
}))

describe('signOut', () => {
  beforeEach(() => {
    calls.length = 0
    vi.stubGlobal('location', { assign: (url: string) => void calls.push(`go ${url}`) })
  })

  it('ends the session first, then wipes, then leaves the page', async () => {
    logout.mockImplementation(() => Promise.resolve(void calls.push('logout')))
    await signOut('mina')
    expect(calls).toEqual(['logout', 'wipe mina', 'go /login'])
  })

  it('wipes nothing where the server was not reached, and says so', async () => {
    logout.mockRejectedValue(new Error('Failed to fetch'))
    await signOut('mina')
    expect(calls).toEqual([])
    expect(toastStore.read().at(-1)?.kind).toBe('error')
  })
})
