import { pino } from 'pino'
import { expect, it } from 'vitest'
import type { FilesHold } from '#shared/api/files.ts'
import type { WorkspaceId } from '#shared/ids.ts'
import { chooseSome, createVolumeGuard } from './volume-guard.ts'

const ID = 'w'.repeat(22) as WorkspaceId
const FILES = Array.from({ length: 10 }, (_, i) => `${i}.txt`)

const start = (kept: { generation: number | null; files: readonly string[] }) => {
  const told: (FilesHold | null)[] = []
  const state = { missing: [0], asks: 0, released: 0 }
  const guard = createVolumeGuard({
    readKnown: async () => kept,
    countMissing: async (_, paths) => {
      state.asks++
      const missing = state.missing.length > 1 ? state.missing.shift() : state.missing[0]
      return Math.min(paths.length, missing ?? 0)
    },
    onHold: (_, hold) => told.push(hold),
    onReleased: () => state.released++,
    log: pino({ level: 'silent' }),
    againMs: 0,
  })
  const connect = async (generation: number): Promise<string> => {
    guard.connected({ workspaceId: ID, generation })
    return guard.require(ID).then(
      () => 'merged',
      (error: { code: string }) => error.code,
    )
  }
  return { guard, told, state, connect }
}

it.each([
  [3, 'merged'],
  [4, 'files_held'],
  [10, 'files_held'],
])('where %i of ten known files are gone at the start, the answer is: %s', async (gone, answer) => {
  const { state, told, connect } = start({ generation: 1, files: FILES })
  state.missing = [gone]
  expect(await connect(2)).toBe(answer)
  expect(told).toEqual(answer === 'merged' ? [] : [{ reason: 'missing', known: 10, gone }])
  expect(state.released).toBe(answer === 'merged' ? 1 : 0)
})

it('merges nothing before the answer is there', async () => {
  const { guard, state } = start({ generation: 1, files: FILES })
  await expect(guard.require(ID)).rejects.toMatchObject({ code: 'agent_offline' })
  guard.connected({ workspaceId: ID, generation: 2 })
  expect([guard.isTrusted(ID), state.released]).toEqual([false, 0])
  await guard.require(ID)
  expect([guard.isTrusted(ID), state.released]).toEqual([true, 1])
})

it('looks twice: programs delete files and make them again', async () => {
  const { state, told, connect } = start({ generation: 1, files: FILES })
  state.missing = [10, 0]
  expect(await connect(2)).toBe('merged')
  expect(told).toEqual([])
})

it('asks nothing of an agent that comes back with the tree it had told, nor where nothing is known', async () => {
  const same = start({ generation: 2, files: FILES })
  same.state.missing = [10]
  expect(await same.connect(2)).toBe('merged')
  const fresh = start({ generation: null, files: [] })
  fresh.state.missing = [10]
  expect(await fresh.connect(1)).toBe('merged')
  expect([same.state.asks, fresh.state.asks]).toEqual([0, 0])
})

it('still holds for the next agent, and compares with what was there when all was well', async () => {
  const { guard, state, connect } = start({ generation: 1, files: FILES })
  state.missing = [10]
  expect(await connect(2)).toBe('files_held')
  expect(await connect(3)).toBe('files_held')
  expect(guard.isTrusted(ID)).toBe(false)
  state.missing = [0]
  expect(await connect(4)).toBe('merged')
  expect(guard.isTrusted(ID)).toBe(true)
})

it('goes on once people have put the files back, or take what is there', async () => {
  const { guard, told, state, connect } = start({ generation: 1, files: FILES })
  state.missing = [9]
  await connect(2)
  expect(await guard.again(ID)).toEqual({ reason: 'missing', known: 10, gone: 9 })
  state.missing = [1]
  expect(await guard.again(ID)).toBeNull()
  await guard.require(ID)
  state.missing = [9]
  // What is known now is the tree of the second agent: here the same files.
  await connect(3)
  expect(guard.accept(ID)).toEqual({ reason: 'missing', known: 10, gone: 9 })
  await guard.require(ID)
  expect(told.at(-1)).toBeNull()
  expect(guard.accept(ID)).toBeNull()
})

it('never takes a folder of another workspace for accepted', async () => {
  const { guard, told, connect } = start({ generation: 1, files: FILES })
  guard.refused(ID)
  expect(guard.accept(ID)).toBeNull()
  expect(await guard.again(ID)).toEqual({ reason: 'wrong-volume' })
  expect(await connect(2)).toBe('merged')
  expect(told).toEqual([{ reason: 'wrong-volume' }, null])
})

it('an agent that went away unasked is asked when it comes back', async () => {
  const { guard, state } = start({ generation: 1, files: FILES })
  state.missing = [10]
  guard.connected({ workspaceId: ID, generation: 2 })
  guard.disconnected({ workspaceId: ID, generation: 2 })
  guard.connected({ workspaceId: ID, generation: 2 })
  await expect(guard.require(ID)).rejects.toMatchObject({ code: 'files_held' })
})

it('asks for a fair part of many files', () => {
  const many = Array.from({ length: 20_000 }, (_, i) => String(i))
  const some = chooseSome(many, 2_000)
  expect([some.length, new Set(some).size, some[0], some.at(-1)]).toEqual([2_000, 2_000, '0', '19990'])
  expect(chooseSome(FILES, 2_000)).toBe(FILES)
})
