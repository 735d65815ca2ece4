import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { DocumentState } from '../sync/document-state.ts'
import { settleState } from './settled-state.ts'

const SAVED: DocumentState = { status: 'saved' }
const saving = (edits: number): DocumentState => ({ status: 'saving', edits, isSlow: false })

let state: DocumentState
let tell: () => void
let redraw: ReturnType<typeof vi.fn<() => void>>
let said: () => DocumentState
const become = (next: DocumentState): void => {
  state = next
  tell()
}

beforeEach(() => {
  vi.useFakeTimers()
  state = SAVED
  redraw = vi.fn<() => void>()
  const subscribe = (listener: () => void) => {
    tell = listener
    return () => undefined
  }
  said = settleState({ state: () => state, subscribe }, redraw)
})
afterEach(() => void vi.useRealTimers())

describe('the state of a document as the page says it', () => {
  it('[P6] is less than saved at once', () => {
    become(saving(1))
    expect(said()).toEqual(saving(1))
    become({ status: 'offline', edits: 1, keptEdits: 1 })
    expect(said()).toEqual({ status: 'offline', edits: 1, keptEdits: 1 })
  })

  it('is saved after a pause, and drawn once for a row of keys', () => {
    for (let key = 0; key < 10; key++) {
      become(saving(1))
      become(SAVED)
      vi.advanceTimersByTime(60)
    }
    expect(said()).toEqual(saving(1))
    expect(redraw).toHaveBeenCalledTimes(1)
    vi.advanceTimersByTime(150)
    expect(said()).toEqual(SAVED)
    expect(redraw).toHaveBeenCalledTimes(2)
  })

  it('[P6] is not saved by a pause that an edit has ended', () => {
    become(saving(1))
    become(SAVED)
    become(saving(2))
    vi.advanceTimersByTime(1_000)
    expect(said()).toEqual(saving(2))
  })

  it('is saved at once where nothing of this person was waiting', () => {
    become(saving(0))
    become(SAVED)
    expect(said()).toEqual(SAVED)
  })
})
