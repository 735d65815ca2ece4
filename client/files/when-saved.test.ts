import { expect, it, vi } from 'vitest'
import type { DocumentState } from '../sync/document-state.ts'
import { whenSaved } from './when-saved.ts'

/** A connection with one document, whose state the test sets. */
function oneDocument(first: DocumentState) {
  let state = first
  const listeners = new Set<() => void>()
  const sync = {
    sessions: () => [{ documentId: 'one', state: () => state }] as never,
    subscribe(listener: () => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
  const become = (next: DocumentState): void => {
    state = next
    for (const listener of listeners) listener()
  }
  return { sync, become, listeners }
}
const saving = (edits: number): DocumentState => ({ status: 'saving', edits, isSlow: false }) as DocumentState

it('waits for the edits that are under way, and lets go of the connection', async () => {
  const { sync, become, listeners } = oneDocument(saving(2))
  let isOver = false
  const over = whenSaved(sync).then((isSaved) => {
    isOver = true
    return isSaved
  })
  become(saving(1))
  await Promise.resolve()
  expect(isOver).toBe(false)
  become({ status: 'saved' })
  expect(await over).toBe(true)
  expect(listeners.size).toBe(0)
})

it('does not wait where nothing is under way, nor for what cannot be saved now', async () => {
  expect(await whenSaved(oneDocument({ status: 'saved' }).sync)).toBe(true)
  expect(await whenSaved(oneDocument(saving(1)).sync, 'another')).toBe(true)
  const { sync, become } = oneDocument(saving(1))
  const over = whenSaved(sync)
  become({ status: 'offline', edits: 1, keptEdits: 1 } as DocumentState)
  expect(await over).toBe(false)
})

it('goes on after a while where the server is slow', async () => {
  vi.useFakeTimers()
  try {
    const over = whenSaved(oneDocument(saving(1)).sync)
    await vi.advanceTimersByTimeAsync(3_000)
    expect(await over).toBe(false)
  } finally {
    vi.useRealTimers()
  }
})
