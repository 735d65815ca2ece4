import { beforeEach, expect, it, vi } from 'vitest'
import { ApiError } from '../platform/api-error.ts'
import { showToast } from '../ui/toast.ts'
import { uploadDropped } from './drop-target.ts'
import { filesApi } from './files-api.ts'
import { startUploads } from './uploads.ts'

vi.mock('./files-api.ts', () => ({ filesApi: { create: { mutate: vi.fn() } } }))
vi.mock('./uploads.ts', () => ({ startUploads: vi.fn() }))
vi.mock('../ui/toast.ts', () => ({ showToast: vi.fn() }))
const made = vi.mocked(filesApi.create.mutate)

const file = (fullPath: string) =>
  ({ name: fullPath, fullPath, isFile: true, file: (give: (f: File) => void) => give(new File(['x'], 'x')) }) as never
const folder = (fullPath: string, children: readonly FileSystemEntry[]): FileSystemEntry => {
  const batches = [children, []]
  const createReader = () => ({
    readEntries: (give: (e: readonly FileSystemEntry[]) => void) => give(batches.shift()!),
  })
  return { name: fullPath, fullPath, isFile: false, createReader } as never
}
const uploaded = () => vi.mocked(startUploads).mock.calls[0]?.[1].map(({ path }) => path)

beforeEach(() => {
  vi.clearAllMocks()
  made.mockResolvedValue({} as never)
})

it('uploads the files of a dropped folder and makes its empty folders', async () => {
  const dropped = folder('/app', [
    file('/app/a.ts'),
    folder('/app/logs', []),
    folder('/app/lib', [file('/app/lib/b.ts')]),
  ])
  await uploadDropped({ workspaceId: 'w' }, [dropped], 'src')

  expect(uploaded()).toEqual(['app/a.ts', 'app/lib/b.ts'])
  expect(made.mock.calls.map(([input]) => input)).toEqual([{ workspaceId: 'w', path: 'src/app/logs', kind: 'folder' }])
})

it('is content with an empty folder that is there already, and tells of one it may not make', async () => {
  made.mockRejectedValueOnce(new ApiError('path_exists')).mockRejectedValueOnce(new ApiError('forbidden'))
  await uploadDropped({ workspaceId: 'w' }, [folder('/one', []), folder('/two', [])], '')

  expect(vi.mocked(showToast).mock.calls).toEqual([[{ kind: 'error', text: expect.stringContaining('two was not') }]])
})

it('tells of a folder that cannot be read, and uploads the rest', async () => {
  const closed = { name: 'closed', fullPath: '/closed', isFile: false } as FileSystemDirectoryEntry
  closed.createReader = () => ({ readEntries: (_, refuse) => refuse?.(new DOMException('no', 'NotReadableError')) })
  await uploadDropped({ workspaceId: 'w' }, [closed, file('/a.txt')], '')

  expect(uploaded()).toEqual(['a.txt'])
  expect(showToast).toHaveBeenCalledWith({ kind: 'error', text: expect.stringContaining('closed was not uploaded') })
})
