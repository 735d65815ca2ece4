import { beforeEach, expect, it, vi } from 'vitest'
import { showToast } from '../ui/toast.ts'
import { uploadDropped } from './drop-target.ts'
import { createWorkbenchStore } from './state.ts'
import { startUploads } from './uploads.ts'

vi.mock('./uploads.ts', () => ({ startUploads: vi.fn() }))
vi.mock('../ui/toast.ts', () => ({ showToast: vi.fn() }))
const bench = { workspaceId: 'w', store: createWorkbenchStore(false) }

const file = (fullPath: string) =>
  ({ name: fullPath, fullPath, isFile: true, file: (give: (f: File) => void) => give(new File(['x'], 'x')) }) as never
const folder = (fullPath: string, children: readonly FileSystemEntry[]): FileSystemEntry => {
  const batches = [children, []]
  const createReader = () => ({
    readEntries: (give: (e: readonly FileSystemEntry[]) => void) => give(batches.shift()!),
  })
  return { name: fullPath, fullPath, isFile: false, createReader } as never
}
const upload = () => vi.mocked(startUploads).mock.calls[0]?.[0]
const uploaded = () => upload()?.files.map(({ path }) => path)

beforeEach(() => void vi.clearAllMocks())

it('uploads the files of a dropped folder, and its empty folders with them', async () => {
  const dropped = folder('/app', [
    file('/app/a.ts'),
    folder('/app/logs', []),
    folder('/app/lib', [file('/app/lib/b.ts')]),
  ])
  await uploadDropped(bench, [dropped], 'src')

  expect(uploaded()).toEqual(['app/a.ts', 'app/lib/b.ts'])
  expect(upload()).toMatchObject({ workspaceId: 'w', folder: 'src', emptyFolders: ['app/logs'] })
})

it('tells of a folder that cannot be read, and uploads the rest', async () => {
  const closed = { name: 'closed', fullPath: '/closed', isFile: false } as FileSystemDirectoryEntry
  closed.createReader = () => ({ readEntries: (_, refuse) => refuse?.(new DOMException('no', 'NotReadableError')) })
  await uploadDropped(bench, [closed, file('/a.txt')], '')

  expect(uploaded()).toEqual(['a.txt'])
  expect(showToast).toHaveBeenCalledWith({ kind: 'error', text: expect.stringContaining('closed was not uploaded') })
})
