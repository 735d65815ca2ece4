import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createIdleCheck } from './idle-check.ts'

type Work = (mayGoOn: () => boolean) => void

function setUp() {
  const asked: Work[] = []
  const answers: ('equal' | 'different' | 'unfinished')[] = []
  const world = { begun: 0, different: 0, isBusy: false, asked, answers }
  const check = createIdleCheck({
    leisure: {
      ask: (work) => {
        asked.push(work)
        return () => asked.splice(asked.indexOf(work), 1)
      },
    },
    begin: () => {
      world.begun += 1
      return () => answers.shift() ?? 'equal'
    },
    isBusy: () => world.isBusy,
    onDifferent: () => (world.different += 1),
  })
  const relax = (): void => asked.shift()?.(() => true)
  return { world, check, relax }
}

describe('the check in leisure', () => {
  beforeEach(() => vi.useFakeTimers())
  afterEach(() => vi.useRealTimers())

  it('compares once a second at most, however much is typed', () => {
    const { world, check, relax } = setUp()
    for (let i = 0; i < 30; i++) {
      check.changed()
      vi.advanceTimersByTime(100)
      relax()
    }
    expect(world.begun).toBeGreaterThan(0)
    expect(world.begun).toBeLessThanOrEqual(3)
  })

  it('goes on in the next moment of leisure where one was not enough', () => {
    const { world, check, relax } = setUp()
    world.answers.push('unfinished', 'unfinished', 'different')
    check.changed()
    vi.advanceTimersByTime(1_000)
    relax()
    relax()
    expect(world.different).toBe(0)
    relax()
    expect([world.begun, world.different, world.asked.length]).toEqual([1, 1, 0])
  })

  it('begins again after a change on the way', () => {
    const { world, check, relax } = setUp()
    world.answers.push('unfinished', 'different')
    check.changed()
    vi.advanceTimersByTime(1_000)
    relax()
    check.changed()
    expect(world.asked).toHaveLength(0)
    vi.advanceTimersByTime(1_000)
    relax()
    expect([world.begun, world.different]).toEqual([2, 1])
  })

  it('waits while a syllable is composed', () => {
    const { world, check, relax } = setUp()
    world.answers.push('different')
    world.isBusy = true
    check.changed()
    vi.advanceTimersByTime(5_000)
    expect(world.asked).toHaveLength(0)
    world.isBusy = false
    vi.advanceTimersByTime(1_000)
    world.isBusy = true
    relax()
    expect(world.different).toBe(0)
    world.isBusy = false
    vi.advanceTimersByTime(1_000)
    relax()
    expect(world.different).toBe(1)
  })

  it('asks for nothing after its end', () => {
    const { world, check } = setUp()
    check.changed()
    vi.advanceTimersByTime(1_000)
    check.stop()
    expect(world.asked).toHaveLength(0)
    check.changed()
    check.stop()
    vi.advanceTimersByTime(5_000)
    expect(world.asked).toHaveLength(0)
  })
})
