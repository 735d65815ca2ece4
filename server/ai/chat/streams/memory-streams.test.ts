import { describe } from 'vitest'
import { describeStreams } from './contract.ts'
import { createMemoryStreams } from './memory-streams.ts'
import { createNodeStreams } from './node-streams.ts'

describe('run streams in memory', () => {
  describeStreams(() => createMemoryStreams())
})

describe('run streams of a node', () => {
  describeStreams(() => createNodeStreams(createMemoryStreams()))
})
