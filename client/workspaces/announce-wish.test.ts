import { beforeEach, describe, expect, it, vi } from 'vitest'
import { setLocale } from '../platform/i18n.ts'
import { dismissToast, toastStore } from '../ui/toast.ts'
import { announceWish } from './announce-wish.ts'

const setRole = vi.hoisted(() => vi.fn(() => Promise.resolve(null)))
vi.mock('../platform/api.ts', () => ({ api: { workspaces: { setRole: { mutate: setRole } } } }))

const tara = { workspaceId: 'w', userId: 'tara', name: 'Tara' }

describe('announceWish', () => {
  beforeEach(async () => {
    await setLocale('en')
    for (const toast of toastStore.read()) dismissToast(toast.id)
  })

  it('offers Allow and Not now; Allow makes the viewer an editor, if they still are a viewer', async () => {
    announceWish(tara)
    const [notice] = toastStore.read()
    expect(notice).toMatchObject({ text: 'Tara asks to edit here', action: { label: 'Allow' }, decline: 'Not now' })
    notice?.action?.run()
    expect(setRole).toHaveBeenCalledWith({ workspaceId: 'w', userId: 'tara', role: 'editor', ifRole: 'viewer' })
    await vi.waitFor(() => expect(toastStore.read().at(-1)?.text).toBe('Tara can edit now.'))
  })

  it('shows one notice for one person, however often they ask', () => {
    for (let i = 0; i < 3; i++) announceWish(tara)
    announceWish({ ...tara, userId: 'jun', name: 'Jun' })
    expect(toastStore.read().map((toast) => toast.text)).toEqual(['Tara asks to edit here', 'Jun asks to edit here'])
  })
})
