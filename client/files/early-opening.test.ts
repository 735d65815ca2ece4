import { beforeEach, describe, expect, it, vi } from 'vitest'

const open = vi.hoisted(() => vi.fn<(input: object) => Promise<object>>())
vi.mock('../platform/api.ts', () => ({ api: { files: { open: { mutate: open } } } }))

const { openEarly, takeEarly } = await import('./early-opening.ts')

describe('opening the file in the address early', () => {
  beforeEach(() => void open.mockReset())

  it('asks for the file as it is called, and answers once', async () => {
    const document = { documentId: 'd' }
    open.mockResolvedValue(document)
    openEarly('/w/w1/f/src/%EA%B0%80%20b.ts')
    expect(open).toHaveBeenCalledWith({ workspaceId: 'w1', path: 'src/가 b.ts' })
    expect(await takeEarly('w1', 'src/가 b.ts')).toBe(document)
    expect(await takeEarly('w1', 'src/가 b.ts')).toBeNull()
  })

  it('has nothing for another file', async () => {
    open.mockResolvedValue({ documentId: 'd' })
    openEarly('/w/w1/f/a.ts')
    expect(await takeEarly('w1', 'b.ts')).toBeNull()
  })

  it('leaves a refusal to whoever opens the file in earnest', async () => {
    open.mockRejectedValue(new Error('refused'))
    openEarly('/w/w1/f/a.ts')
    expect(await takeEarly('w1', 'a.ts')).toBeNull()
  })

  it('asks nothing on other pages, nor for an address that is none', () => {
    for (const address of ['/', '/login', '/w/w1', '/w/w1/f/%E0%A4%A']) openEarly(address)
    expect(open).not.toHaveBeenCalled()
  })
})
