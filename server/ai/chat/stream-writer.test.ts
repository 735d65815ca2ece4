import { describe, expect, it } from 'vitest'
import type { AiRunId } from '#shared/ids.ts'
import { createStreamWriter } from './stream-writer.ts'
import { readAll } from './streams/contract.ts'
import { createMemoryStreams } from './streams/memory-streams.ts'
import type { RunStreams } from './streams/run-streams.ts'

const runId = 'run' as AiRunId

describe('the writer of a run', () => {
  it('puts small pieces together and ends after the last of them', async () => {
    const streams = createMemoryStreams()
    const appended: string[] = []
    const counting: RunStreams = {
      ...streams,
      append: (id, start, text) => (appended.push(text), streams.append(id, start, text)),
    }
    const writer = createStreamWriter({ streams: counting, runId, onError: () => {} })
    for (const letter of 'many small pieces') writer.add(letter)
    await writer.end()
    expect(appended).toEqual(['many small pieces'])
    expect(await readAll(streams, runId)).toBe('many small pieces')
  })

  it('writes everything anew after the store was away', async () => {
    const streams = createMemoryStreams()
    const problems: unknown[] = []
    let fails = 1
    const away: RunStreams = {
      ...streams,
      append: (id, start, text) => (fails-- > 0 ? Promise.reject(new Error('away')) : streams.append(id, start, text)),
    }
    const { promise: failed, resolve } = Promise.withResolvers<void>()
    const writer = createStreamWriter({
      streams: away,
      runId,
      onError(error) {
        problems.push(error)
        resolve()
      },
    })
    writer.add('lost ')
    await failed
    writer.add('and found')
    await writer.end()
    expect(problems).toHaveLength(1)
    expect(await readAll(streams, runId)).toBe('lost and found')
  })
})
