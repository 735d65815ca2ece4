import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createCoalescer } from './coalesce.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('a coalescer', () => {
  it('flushes a burst once, a fixed time after its first mark', () => {
    const flushed: string[] = []
    const coalescer = createCoalescer<string>(50, (key) => flushed.push(key))

    for (let i = 0; i < 4; i++) {
      coalescer.mark('a')
      vi.advanceTimersByTime(12)
    }
    expect(flushed).toEqual([])
    vi.advanceTimersByTime(2)
    expect(flushed).toEqual(['a'])
    vi.advanceTimersByTime(1000)
    expect(flushed).toEqual(['a'])
  })

  it('keeps keys apart and flushes again after a later mark', () => {
    const flushed: string[] = []
    const coalescer = createCoalescer<string>(50, (key) => flushed.push(key))

    coalescer.mark('a')
    coalescer.mark('b')
    vi.advanceTimersByTime(50)
    coalescer.mark('a')
    vi.advanceTimersByTime(50)

    expect(flushed).toEqual(['a', 'b', 'a'])
  })

  it('flushes nothing after it is closed', () => {
    const flushed: string[] = []
    const coalescer = createCoalescer<string>(50, (key) => flushed.push(key))
    coalescer.mark('a')

    coalescer.close()
    vi.advanceTimersByTime(1000)

    expect(flushed).toEqual([])
  })
})
