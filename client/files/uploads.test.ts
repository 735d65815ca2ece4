import { beforeEach, expect, it, vi } from 'vitest'
import { cancelUploads, startUploads, uploadStore } from './uploads.ts'

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

beforeEach(() => {
  cancelUploads()
  requests.length = 0
  vi.stubGlobal('XMLHttpRequest', FakeRequest)
})

it('lets what is started meanwhile wait for its turn, so that no question takes the place of another', async () => {
  startUploads('w', [file('a.txt')], '')
  startUploads('w', [file('b.txt')], '')
  ;(await nth(0)).answer(409)
  expect((await question()).path).toBe('a.txt')
  expect(requests).toHaveLength(1)
  expect(uploadStore.getState().waiting).toBe(2)
  ;(await question()).answer('keep-both', false)
  const again = await nth(1)
  expect(again.url).toContain('a.txt?ifExists=keep-both')
  again.answer(201)
  const second = await nth(2)
  expect(second.url).toContain('b.txt?ifExists=refuse')
  second.answer(201)
  await vi.waitFor(() => expect(uploadStore.getState()).toEqual({ waiting: 0, current: null, question: null }))
})

it('cancels everything begun until then, and nothing that begins after', async () => {
  startUploads('w', [file('a.txt'), file('b.txt')], '')
  startUploads('w', [file('c.txt')], '')
  const first = await nth(0)
  cancelUploads()
  expect(first.isAborted).toBe(true)
  expect(uploadStore.getState()).toEqual({ waiting: 0, current: null, question: null })
  startUploads('w', [file('d.txt')], '')
  expect((await nth(1)).url).toContain('d.txt')
  expect(uploadStore.getState().waiting).toBe(1)
})
