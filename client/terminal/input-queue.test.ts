import fc from 'fast-check'
import { expect, it, vi } from 'vitest'
import { createInputQueue, cutInput } from './input-queue.ts'

/** A server that answers when told to. */
function heldServer() {
  const sent: string[] = []
  const answers: { resolve: () => void; reject: (error: Error) => void }[] = []
  const send = (part: string) => {
    sent.push(part)
    return new Promise<void>((resolve, reject) => answers.push({ resolve, reject }))
  }
  return { sent, send, answers }
}

/** One UTF-16 unit and two; an escape, an Enter. */
const UNITS = ['a', '한', 'é', '😀', '\u{10ffff}', '\x1b', '\r']

it('cuts input into parts that join to the same text and never split a character', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...UNITS) }), fc.integer({ min: 2, max: 7 }), (text, max) => {
      const parts = cutInput(text, max)
      expect(parts.join('')).toBe(text)
      expect(parts.every((part) => part.length <= max && part.isWellFormed())).toBe(true)
    }),
  )
})

it('keeps only so many parts under way, and sends the rest in order as answers come', async () => {
  const server = heldServer()
  const queue = createInputQueue({ send: server.send, onFailed: vi.fn(), maxUnderWay: 2 })
  queue.release()
  const text = Array.from({ length: 5 }, (_, i) => String(i).repeat(8 << 10)).join('')
  queue.push(text)
  expect(server.sent).toHaveLength(2)
  for (let i = 0; i < 5; i++) {
    await vi.waitFor(() => expect(server.answers.length).toBeGreaterThan(i))
    server.answers[i]?.resolve()
  }
  await vi.waitFor(() => expect(server.sent).toHaveLength(5))
  expect(server.sent.join('')).toBe(text)
})

it('sends a lone Ctrl-C at once and drops what waited', () => {
  const server = heldServer()
  const queue = createInputQueue({ send: server.send, onFailed: vi.fn(), maxUnderWay: 1 })
  queue.release()
  queue.push('first')
  queue.push('x'.repeat(100_000))
  queue.push('\u0003')
  expect(server.sent).toEqual(['first', '\u0003'])
  server.answers[0]?.resolve()
  server.answers[1]?.resolve()
  expect(server.sent).toHaveLength(2)
})

it('stops after a part that was refused, and tells', async () => {
  const server = heldServer()
  const onFailed = vi.fn()
  const queue = createInputQueue({ send: server.send, onFailed, maxUnderWay: 1 })
  queue.release()
  queue.push('one')
  queue.push('two')
  const refusal = new Error('refused')
  server.answers[0]?.reject(refusal)
  await vi.waitFor(() => expect(onFailed).toHaveBeenCalledWith(refusal))
  expect(server.sent).toEqual(['one'])
})

it('keeps what is typed before the screen is there, and takes nothing while the terminal is away', () => {
  const server = heldServer()
  const queue = createInputQueue({ send: server.send, onFailed: vi.fn() })
  queue.push('l')
  queue.push('s\r')
  expect(server.sent).toEqual([])
  queue.release()
  expect(server.sent).toEqual(['ls\r'])
  queue.shut()
  queue.push('rm -r build\r')
  queue.hold()
  queue.push('date')
  queue.release()
  expect(server.sent).toEqual(['ls\r', 'date'])
})
