import { beforeEach, expect, it, vi } from 'vitest'
import { ApiError } from '../platform/api-error.ts'
import { showToast } from '../ui/toast.ts'
import { filesApi } from './files-api.ts'
import { noUploads as idle, uploadStore } from './upload-state.ts'
import { cancelUploads, startUploads } from './uploads.ts'

vi.mock('./files-api.ts', async (original) => ({
  ...(await original<typeof import('./files-api.ts')>()),
  filesApi: { create: { mutate: vi.fn() } },
}))
vi.mock('../ui/toast.ts', () => ({ showToast: vi.fn() }))
const made = vi.mocked(filesApi.create.mutate)
const told = () => vi.mocked(showToast).mock.calls.map(([{ text }]) => text)

/** The requests of this test, which it answers itself. */
const requests: FakeRequest[] = []

class FakeRequest {
  url = ''
  status = 0
  responseText = ''
  isAborted = false
  readonly upload: { onprogress?: (event: { loaded: number }) => void } = {}
  onload?: () => void
  onabort?: () => void
  onloadend?: () => void
  open(_method: string, url: string): void {
    this.url = decodeURIComponent(url)
  }
  send(): void {
    requests.push(this)
  }
  abort(): void {
    this.isAborted = true
    this.onabort?.()
    this.onloadend?.()
  }
  answer(status: number): void {
    this.status = status
    this.onload?.()
    this.onloadend?.()
  }
}
const nth = (n: number): Promise<FakeRequest> =>
  vi.waitFor(() => {
    const request = requests[n]
    if (request === undefined) throw new Error(`no request ${n} yet`)
    return request
  })
const file = (name: string) => ({ file: new File([name], name), path: name })
const question = () => vi.waitFor(() => uploadStore.getState().question ?? Promise.reject(new Error('nothing asked')))

const start = (names: readonly string[], more: Partial<Parameters<typeof startUploads>[0]> = {}) =>
  startUploads({ workspaceId: 'w', workspaceName: 'Ledger', folder: '', files: names.map(file), ...more })
/** Throws where uploads.ts expects nothing to throw. */
const breakOnce = () => {
  vi.spyOn(console, 'error').mockImplementationOnce(() => undefined)
  const stop = uploadStore.subscribe(({ finished }) => {
    if (finished === 0) return
    stop()
    throw new Error('nobody foresaw this')
  })
}

beforeEach(() => {
  cancelUploads()
  vi.clearAllMocks()
  made.mockResolvedValue({} as never)
  requests.length = 0
  vi.stubGlobal('XMLHttpRequest', FakeRequest)
})

it('lets what is started meanwhile wait for its turn, so that no question takes the place of another', async () => {
  start(['a.txt'])
  start(['b.txt'])
  ;(await nth(0)).answer(409)
  expect((await question()).path).toBe('a.txt')
  expect(requests).toHaveLength(1)
  expect(uploadStore.getState()).toMatchObject({ total: 2, finished: 0 })
  ;(await question()).answer('keep-both', false)
  const again = await nth(1)
  expect(again.url).toContain('a.txt?ifExists=keep-both')
  again.answer(201)
  const second = await nth(2)
  expect(uploadStore.getState()).toMatchObject({ total: 2, finished: 1, placed: 1 })
  expect(second.url).toContain('b.txt?ifExists=refuse')
  second.answer(201)
  await vi.waitFor(() => expect(uploadStore.getState()).toEqual(idle))
})

it('says which workspace the files go into that are on their way, for whoever has left it', async () => {
  start(['a.txt'])
  start(['b.txt'], { workspaceId: 'v', workspaceName: 'Diary' })
  const first = await nth(0)
  expect(uploadStore.getState().place).toEqual({ workspaceId: 'w', workspaceName: 'Ledger' })
  first.answer(201)
  await nth(1)
  expect(uploadStore.getState().place).toEqual({ workspaceId: 'v', workspaceName: 'Diary' })
})

it('sends a few at a time', async () => {
  start(['a.txt', 'b.txt', 'c.txt', 'd.txt'])
  await nth(2)
  expect(requests).toHaveLength(3)
  ;(await nth(1)).answer(201)
  expect((await nth(3)).url).toContain('d.txt')
  expect(uploadStore.getState()).toMatchObject({ total: 4, finished: 1, placed: 1 })
})

it('asks one question at a time, and takes one answer for all that are asked for', async () => {
  start(['a.txt', 'b.txt', 'c.txt'])
  for (const n of [0, 1, 2]) (await nth(n)).answer(409)
  expect((await question()).path).toBe('a.txt')
  ;(await question()).answer('replace', true)
  for (const n of [3, 4, 5]) expect((await nth(n)).url).toContain('?ifExists=replace')
  expect(uploadStore.getState().question).toBeNull()
})

it('does not put files in the place of folders, even where all are to be replaced', async () => {
  start(['a.txt', 'b'], { takenBy: (path) => (path === 'b' ? 'folder' : 'file') })
  expect(await question()).toMatchObject({ path: 'a.txt', by: 'file', hasMore: true })
  ;(await question()).answer('replace', true)
  expect((await nth(0)).url).toContain('a.txt?ifExists=replace')
  expect(await question()).toMatchObject({ path: 'b', by: 'folder', hasMore: false })
  ;(await question()).answer('keep-both', false)
  expect((await nth(1)).url).toContain('b?ifExists=keep-both')
})

it('cancels everything begun until then, and nothing that begins after', async () => {
  start(['a.txt', 'b.txt'])
  start(['c.txt'])
  const [first, second] = [await nth(0), await nth(1)]
  cancelUploads()
  expect([first.isAborted, second.isAborted]).toEqual([true, true])
  expect(uploadStore.getState()).toEqual(idle)
  expect(told()).toEqual(['Upload cancelled. Nothing was added.'])
  start(['d.txt'])
  expect((await nth(2)).url).toContain('d.txt')
  expect(uploadStore.getState().total).toBe(1)
})

it('says what is there when it is cancelled in the middle, and makes no empty folders then', async () => {
  start(['a.txt', 'b.txt', 'c.txt'], { emptyFolders: ['logs'] })
  await nth(2)
  ;(await nth(0)).answer(201)
  await vi.waitFor(() => expect(uploadStore.getState().placed).toBe(1))
  cancelUploads()
  expect(told()).toEqual(['Upload cancelled. 1 of 3 files was uploaded and stays.'])
  // What is started next runs only when the other has ended.
  start(['d.txt'])
  await nth(3)
  expect(made).not.toHaveBeenCalled()
})

it('makes empty folders after the files, is content with one that is there, and tells of one it may not make', async () => {
  made.mockRejectedValueOnce(new ApiError('path_exists')).mockRejectedValueOnce(new ApiError('forbidden'))
  start(['a.txt'], { folder: 'src', emptyFolders: ['one', 'two', 'three'] })
  const sent = await nth(0)
  expect(made).not.toHaveBeenCalled()
  sent.answer(201)
  await vi.waitFor(() => expect(uploadStore.getState()).toEqual(idle))
  expect(made.mock.calls.map(([{ path }]) => path)).toEqual(['src/one', 'src/two', 'src/three'])
  expect(told()).toEqual(['1 file uploaded.', expect.stringContaining('src/two was not uploaded')])
})

it('asks about a name that is known to be taken before a byte is sent', async () => {
  start(['a.txt'], { takenBy: () => 'file' })
  expect(await question()).toMatchObject({ path: 'a.txt', by: 'file', hasMore: false })
  expect(requests).toHaveLength(0)
  ;(await question()).answer('replace', false)
  expect((await nth(0)).url).toContain('a.txt?ifExists=replace')
})

it('tells once of many that were not uploaded, and sends nothing that is too large for the server', async () => {
  const huge = file('huge.bin')
  Object.defineProperty(huge.file, 'size', { value: 2 ** 30 })
  start([], { files: [huge, file('b.txt')] })
  const sent = await nth(0)
  expect(sent.url).toContain('b.txt')
  sent.answer(503)
  await vi.waitFor(() => expect(uploadStore.getState()).toEqual(idle))
  expect(told()).toEqual([expect.stringMatching(/^2 files were not uploaded, huge\.bin first: This is larger/)])
})

it('goes on with what waits behind an upload that breaks off, and says that it did', async () => {
  breakOnce()
  start(['a.txt'])
  start(['b.txt'])
  ;(await nth(0)).answer(201)
  const second = await nth(1)
  expect(second.url).toContain('b.txt')
  expect(told()).toEqual(['1 file uploaded.', expect.stringMatching(/^The upload broke off/)])
  second.answer(201)
  await vi.waitFor(() => expect(uploadStore.getState()).toEqual(idle))
  expect(told()).toHaveLength(3)
})

it('ends the lanes of an upload that breaks off before the next one begins', async () => {
  breakOnce()
  start(['a.txt', 'b.txt', 'c.txt', 'd.txt'])
  start(['e.txt'])
  for (const n of [0, 1, 2]) (await nth(n)).answer(201)
  const fourth = await nth(3)
  expect(fourth.url).toContain('d.txt')
  await Promise.resolve()
  expect(requests).toHaveLength(4)
  fourth.answer(201)
  expect((await nth(4)).url).toContain('e.txt')
  expect(told()[0]).toBe('4 files uploaded.')
  cancelUploads()
})
