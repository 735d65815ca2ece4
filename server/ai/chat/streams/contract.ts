import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AiRunId } from '#shared/ids.ts'
import { newId } from '#server/platform/tokens.ts'
import type { RunStreams } from './run-streams.ts'

/** Reads to the end as a browser does: what comes is put where it says it begins. */
export async function readAll(streams: RunStreams, runId: AiRunId, has = '', leaveAfter = Infinity): Promise<string> {
  let text = has
  let pieces = 0
  const leaving = new AbortController()
  for await (const piece of streams.read(runId, has.length, leaving.signal)) {
    if (piece.type === 'end') return text
    // A gap would be text that nobody sees.
    expect(piece.start).toBeLessThanOrEqual(text.length)
    text = text.slice(0, piece.start) + piece.text
    if (++pieces >= leaveAfter) leaving.abort()
  }
  return text
}

/** What every store of run streams must do; `open` may be called again for a second node. */
export function describeStreams(open: () => Promise<RunStreams> | RunStreams): void {
  let streams: RunStreams
  beforeAll(async () => {
    streams = await open()
  })
  afterAll(() => streams.close())
  const run = () => newId<AiRunId>()

  it('gives a reader who came late the same text as one who was there from the start', async () => {
    const id = run()
    const early = readAll(streams, id)
    await streams.append(id, 0, 'Hello ')
    await streams.append(id, 6, '세상 👋')
    const late = readAll(streams, id)
    await streams.append(id, 11, '!')
    await streams.end(id)
    expect(await Promise.all([early, late, readAll(streams, id)])).toEqual(Array(3).fill('Hello 세상 👋!'))
  })

  it('ends a run without any text', async () => {
    const id = run()
    const reading = readAll(streams, id)
    await streams.end(id)
    expect(await reading).toBe('')
  })

  it('refuses a second writer', async () => {
    const id = run()
    await streams.append(id, 0, 'abc')
    await expect(streams.append(id, 0, 'xyz')).rejects.toThrow()
    await streams.end(id)
    expect(await readAll(streams, id)).toBe('abc')
  })

  it('begins anew with a reader who has more than there is', async () => {
    const id = run()
    await streams.append(id, 0, 'abc')
    const reading = readAll(streams, id, 'what nobody wrote')
    await streams.end(id)
    expect(await reading).toBe('abc')
  })

  it('goes on from the middle of a piece', async () => {
    const id = run()
    await streams.replace(id, 'abcdef')
    await streams.end(id)
    expect(await readAll(streams, id, 'abc')).toBe('abcdef')
  })

  it('returns at once when the reader leaves', async () => {
    const leaving = new AbortController()
    const reading = (async () => {
      for await (const piece of streams.read(run(), 0, leaving.signal)) expect(piece).toBeNull()
    })()
    leaving.abort()
    await reading
  })

  it('shows everyone the same text, whenever they join, leave and come back', async () => {
    const pieces = fc.array(fc.string({ minLength: 1, maxLength: 6, unit: 'grapheme' }), { maxLength: 12 })
    const visit = fc.record({ joinsAt: fc.nat(12), leavesAfter: fc.integer({ min: 1, max: 4 }) })
    await fc.assert(
      fc.asyncProperty(pieces, fc.array(visit, { maxLength: 4 }), async (texts, visits) => {
        const id = run()
        const readers: Promise<string>[] = []
        const join = (at: number) => {
          for (const { joinsAt, leavesAfter } of visits) {
            if (Math.min(joinsAt, texts.length) !== at) continue
            readers.push(readAll(streams, id, '', leavesAfter).then((has) => readAll(streams, id, has)))
          }
        }
        let length = 0
        for (const [index, text] of texts.entries()) {
          join(index)
          await streams.append(id, length, text)
          length += text.length
        }
        join(texts.length)
        await streams.end(id)
        for (const text of await Promise.all(readers)) expect(text).toBe(texts.join(''))
      }),
      { numRuns: 50 },
    )
  })
}
