import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { gatherPerFrame } from './gather.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('hands on once what comes within a frame, in its order, and begins anew after it', () => {
  const taken: (readonly number[])[] = []
  const gathered = gatherPerFrame<number>((items) => taken.push(items))
  for (let i = 0; i < 500; i++) gathered.add(i)
  expect(taken).toEqual([])
  vi.runAllTimers()
  expect(taken).toEqual([Array.from({ length: 500 }, (_, i) => i)])
  gathered.add(7)
  vi.runAllTimers()
  expect(taken.at(-1)).toEqual([7])
})

it('hands on nothing that was given up', () => {
  const take = vi.fn()
  const gathered = gatherPerFrame<number>(take)
  gathered.add(1)
  gathered.clear()
  vi.runAllTimers()
  expect(take).not.toHaveBeenCalled()
})
