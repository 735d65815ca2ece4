import { expect, it } from 'vitest'
import { createInputQueue } from './input-queue.ts'

it('goes on with what is typed after a part that failed', async () => {
  const written: string[] = []
  let isFailing = true
  const queue = createInputQueue({
    write: (bytes) => {
      written.push(Buffer.from(bytes).toString())
      return bytes.length
    },
    settle: () => {
      if (!isFailing) return null
      isFailing = false
      return Promise.reject(new Error('the disk is away'))
    },
  })
  const failed = queue.push('ls\r')
  const next = queue.push('pwd\r')
  await expect(failed).rejects.toThrow('the disk is away')
  await next
  expect(written).toEqual(['pwd\r'])
})

it('writes what came in its order, each part once', async () => {
  const written: string[] = []
  const queue = createInputQueue({
    // Takes two bytes at a time, as a full terminal does.
    write: (bytes) => {
      const taken = bytes.subarray(0, 2)
      written.push(Buffer.from(taken).toString())
      return taken.length
    },
    settle: () => Promise.resolve(),
  })
  await Promise.all([queue.push('abc'), queue.push('d\r'), queue.push('e')])
  expect(written.join('')).toBe('abcd\re')
})
