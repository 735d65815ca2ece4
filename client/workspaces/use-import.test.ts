import { act, renderHook } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ImportStatus } from '#shared/protocol/events.ts'
import { ApiError } from '../platform/api-error.ts'
import { codeOfAnswer, uploadArchive } from './upload-archive.ts'
import { useImport } from './use-import.ts'

const importStatus = vi.hoisted(() => vi.fn<() => Promise<ImportStatus>>())
const cancelImport = vi.hoisted(() => vi.fn<(input: unknown) => Promise<null>>())
vi.mock('../platform/api.ts', () => ({
  api: { workspaces: { importStatus: { query: importStatus }, cancelImport: { mutate: cancelImport } } },
}))
vi.mock(import('./upload-archive.ts'), async (original) => ({ ...(await original()), uploadArchive: vi.fn() }))

const DONE = { status: 'done', workspaceId: 'w', files: 3, renamed: ['설계.md'] } as unknown as ImportStatus
const archive = new Blob(['PK'])
const settle = (ms = 0) => act(async () => void (await vi.advanceTimersByTimeAsync(ms)))

describe('useImport', () => {
  beforeEach(() => {
    vi.useFakeTimers()
    vi.mocked(uploadArchive).mockResolvedValue()
    cancelImport.mockReset().mockResolvedValue(null)
    importStatus.mockReset()
  })
  afterEach(() => vi.useRealTimers())

  it('follows an archive from upload to the workspace, with the names that were changed', async () => {
    importStatus
      .mockResolvedValueOnce({ status: 'receiving', receivedBytes: 1, totalBytes: 2 })
      .mockResolvedValueOnce({ status: 'unpacking', files: 2 })
      .mockResolvedValue(DONE)
    const { result } = renderHook(() => useImport())
    act(() => void result.current.start('i', archive))
    await settle()
    // The browser knows better than the server how much it has sent.
    expect(result.current.state).toMatchObject({ status: 'uploading', totalBytes: 2 })
    await settle(400)
    expect(result.current.state).toMatchObject({ status: 'working', progress: { files: 2 } })
    await settle(400)
    expect(result.current.state).toEqual({ status: 'done', workspaceId: 'w', files: 3, renamed: ['설계.md'] })
  })

  it('goes on after a moment without a network, and ends with the code of a refusal', async () => {
    const away = Object.assign(new Error('Failed to fetch'), { name: 'TRPCClientError' })
    importStatus.mockRejectedValueOnce(away).mockResolvedValue({ status: 'failed', code: 'git_failed', message: '' })
    const { result } = renderHook(() => useImport())
    act(() => void result.current.start('i', null))
    await settle()
    expect(result.current.state.status).toBe('working')
    await settle(400)
    expect(result.current.state).toEqual({ status: 'failed', code: 'git_failed' })
  })

  it('says why an upload was refused, even while the server still tells of receiving', async () => {
    vi.mocked(uploadArchive).mockRejectedValue(new ApiError('too_large'))
    importStatus.mockResolvedValue({ status: 'receiving', receivedBytes: 0, totalBytes: null })
    const { result } = renderHook(() => useImport())
    act(() => void result.current.start('i', archive))
    await settle(1_000)
    expect(result.current.state).toEqual({ status: 'failed', code: 'too_large' })
  })

  it('cancels on the server, and stops the upload', async () => {
    importStatus.mockResolvedValue({ status: 'unpacking', files: 1 })
    const { result } = renderHook(() => useImport())
    act(() => void result.current.start('i', archive))
    await settle()
    await act(() => result.current.cancel())
    expect(cancelImport).toHaveBeenCalledWith({ importId: 'i' })
    expect(vi.mocked(uploadArchive).mock.lastCall?.[0].signal.aborted).toBe(true)
    await settle(1_000)
    expect(result.current.state).toEqual({ status: 'cancelled' })
  })

  it('leaves nothing half-made behind when the page is left in the middle', async () => {
    importStatus.mockResolvedValue({ status: 'unpacking', files: 1 })
    const { result, unmount } = renderHook(() => useImport())
    act(() => void result.current.start('i', archive))
    await settle()
    unmount()
    await settle()
    expect(cancelImport).toHaveBeenCalledWith({ importId: 'i' })
  })
})

describe('codeOfAnswer', () => {
  it('reads the code of a refusal and takes anything else for a fault', () => {
    expect(codeOfAnswer('{"error":{"code":"archive_invalid"}}')).toBe('archive_invalid')
    for (const body of ['<html>', '{}', 'null', '{"error":{"code":"toString"}}'])
      expect(codeOfAnswer(body)).toBe('internal')
  })
})
