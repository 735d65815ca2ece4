import { beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiError } from '../platform/api-error.ts'
import { setLocale } from '../platform/i18n.ts'
import { dismissToast, toastStore } from '../ui/toast.ts'
import { removeWorkspace } from './remove-workspace.ts'

const remove = vi.hoisted(() => vi.fn())
const undelete = vi.hoisted(() => vi.fn())
vi.mock('../platform/api.ts', () => ({
  api: { workspaces: { delete: { mutate: remove }, undelete: { mutate: undelete } } },
  onSessionRefused: () => {},
}))

const ledger = { id: 'w', name: 'ledger' }
const texts = () => toastStore.read().map((t) => t.text)

describe('removeWorkspace', () => {
  beforeEach(async () => {
    await setLocale('en')
    for (const toast of toastStore.read()) dismissToast(toast.id)
    remove.mockReset()
    undelete.mockReset()
  })

  it('offers Undo for at least ten seconds and brings the workspace back', async () => {
    remove.mockResolvedValue({ undoUntil: new Date(Date.now() + 1_000).toISOString() })
    undelete.mockResolvedValue(null)
    await removeWorkspace(ledger)
    const [toast] = toastStore.read()
    expect(toast?.text).toBe('ledger was deleted')
    expect(toast?.timeoutMs).toBeGreaterThanOrEqual(10_000)
    toast?.action?.run()
    await vi.waitFor(() => expect(texts()).toContain('ledger is back'))
    expect(undelete).toHaveBeenCalledWith({ workspaceId: 'w' })
  })

  it('says so when it was too late', async () => {
    remove.mockResolvedValue({ undoUntil: new Date().toISOString() })
    undelete.mockRejectedValue(new ApiError('not_found'))
    await removeWorkspace(ledger)
    toastStore.read()[0]?.action?.run()
    await vi.waitFor(() => expect(toastStore.read().some((t) => t.kind === 'error')).toBe(true))
  })
})
