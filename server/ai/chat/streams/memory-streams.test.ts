import { describe } from 'vitest'
import { describeStreams } from './contract.ts'
import { createMemoryStreams } from './memory-streams.ts'

describe('run streams in memory', () => {
  describeStreams(() => createMemoryStreams())
})
