import { beforeEach, describe, expect, it } from 'vitest'
import { setLocale } from '../platform/i18n.ts'
import { dismissToast, toastStore } from '../ui/toast.ts'
import { noteDisk } from './disk-notices.ts'
import { createWorkbenchStore, type OpenFile } from './state.ts'

const open = { status: 'open', session: { documentId: 'd' } } as unknown as OpenFile
const said = () => toastStore.read().map((toast) => toast.text)

describe('what the disk says of an open file', () => {
  beforeEach(async () => {
    await setLocale('en')
    for (const toast of toastStore.read()) dismissToast(toast.id)
  })

  it('is told once with its reason while it fails, and once when it works again', () => {
    const store = createWorkbenchStore(true)
    store.setState({ files: { 'src/a.ts': open } })
    const news = { documentId: 'd', status: 'failed', message: 'disk_full' } as const
    noteDisk(store, news)
    noteDisk(store, { documentId: 'd', status: 'writing' })
    noteDisk(store, news)
    expect(said()).toEqual([expect.stringMatching(/^a\.ts could not be written: .*disk is full/)])
    expect(store.getState().diskFailures).toEqual({ d: 'disk_full' })

    noteDisk(store, { documentId: 'd', status: 'on-disk' })
    noteDisk(store, { documentId: 'd', status: 'on-disk' })
    expect(said().slice(1)).toEqual(['a.ts is on disk again.'])
    expect(store.getState()).toMatchObject({ diskFailures: {}, disk: { d: 'on-disk' } })
  })

  it('tells another reason anew, and bothers nobody about a file that is not open', () => {
    const store = createWorkbenchStore(true)
    noteDisk(store, { documentId: 'd', status: 'failed', message: 'disk_full' })
    expect(said()).toEqual([])
    store.setState({ files: { 'a.ts': open } })
    noteDisk(store, { documentId: 'd', status: 'failed', message: 'disk_read_only' })
    noteDisk(store, { documentId: 'd', status: 'failed', message: 'something new' })
    expect(said()).toHaveLength(2)
  })

  it('leaves it to the bar over the text to tell that a file is gone', () => {
    const store = createWorkbenchStore(true)
    store.setState({ files: { 'a.ts': open } })
    noteDisk(store, { documentId: 'd', status: 'failed', message: 'path_not_found' })
    expect(said()).toEqual([])
    expect(store.getState().diskFailures).toEqual({ d: 'path_not_found' })
  })
})
