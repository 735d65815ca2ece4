import { describe, expect, it } from 'vitest'
import { createSharedReads } from './shared-reads.ts'

/** Readings that end when the test says so, each answering its number. */
function slowReads() {
  const ends: ((error?: Error) => void)[] = []
  const read = (): Promise<number> => {
    const { promise, resolve, reject } = Promise.withResolvers<number>()
    const number = ends.length + 1
    ends.push((error) => (error ? reject(error) : resolve(number)))
    return promise
  }
  return { ends, read }
}

describe('readings that many ask for at once', () => {
  it('are one for the first, and one more for all who asked while it was under way', async () => {
    const shared = createSharedReads<number>()
    const { ends, read } = slowReads()
    const answers = Promise.all(Array.from({ length: 100 }, () => shared('a', read)))
    const other = shared('b', read)
    ends[0]!()
    ends[1]!()
    await other
    while (ends.length < 3) await Promise.resolve()
    ends[2]!()
    expect(new Set(await answers)).toEqual(new Set([1, 3]))
    expect(ends).toHaveLength(3)
  })

  it('begin anew after one that failed', async () => {
    const shared = createSharedReads<number>()
    const { ends, read } = slowReads()
    const first = shared('a', read)
    const second = shared('a', read)
    ends[0]!(new Error('away'))
    await expect(first).rejects.toThrow('away')
    ends[1]!()
    expect(await second).toBe(2)
    const third = shared('a', read)
    ends[2]!()
    expect(await third).toBe(3)
  })
})
