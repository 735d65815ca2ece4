import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { DocumentState } from '../sync/document-state.ts'
import { createDiskWatch } from './disk-watch.ts'
import { createWorkbenchStore } from './state.ts'

const SAVING: DocumentState = { status: 'saving', edits: 1, isSlow: false }
const SAVED: DocumentState = { status: 'saved' }

function setUp() {
  const store = createWorkbenchStore(true)
  const listeners = new Set<() => void>()
  const [now, asked] = [{ state: SAVED, durableSeq: 5 }, vi.fn(() => Promise.resolve({ isSettled: true }))]
  const watch = createDiskWatch(store, asked)
  watch.watch({
    documentId: 'd',
    state: () => now.state,
    durableSeq: () => now.durableSeq,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  })
  const be = (state: DocumentState, durableSeq = now.durableSeq): void => {
    Object.assign(now, { state, durableSeq })
    for (const listener of listeners) listener()
  }
  return { watch, be, asked, disk: () => store.getState().disk['d'] }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('"on disk" beside "saved"', () => {
  it('is not said for a writing that is older than what was just saved, however late it is heard of', () => {
    const { watch, be, disk } = setUp()
    be(SAVING)
    be(SAVED, 7)
    watch.reached('d', 6)
    expect(disk()).toBe('writing')
    watch.reached('d', 7)
    expect(disk()).toBe('on-disk')
  })

  it('is said at the acknowledgement where the writing was heard of before it', () => {
    const { watch, be, disk, asked } = setUp()
    be(SAVING)
    watch.reached('d', 7)
    expect(disk()).toBe('writing')
    be(SAVED, 7)
    expect(disk()).toBe('on-disk')
    vi.advanceTimersByTime(60_000)
    expect(asked).not.toHaveBeenCalled()
  })

  it('is asked for where nothing is heard, and not said of what was typed during the question', async () => {
    const { be, disk, asked } = setUp()
    let answer: (value: { isSettled: boolean }) => void = () => undefined
    asked.mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)))
    be(SAVING)
    be(SAVED, 7)
    await vi.advanceTimersByTimeAsync(3_000)
    expect(asked).toHaveBeenCalledOnce()
    be(SAVING)
    be(SAVED, 8)
    answer({ isSettled: true })
    await vi.advanceTimersByTimeAsync(0)
    expect(disk()).toBe('writing')
    await vi.advanceTimersByTimeAsync(3_000)
    expect(asked).toHaveBeenCalledTimes(2)
    expect(disk()).toBe('on-disk')
  })

  it('is kept of documents that nobody has open here', () => {
    const { watch, disk } = setUp()
    watch.reached('d', 9)
    expect(disk()).toBe('on-disk')
    watch.close()
  })
})
