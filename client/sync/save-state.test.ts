import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isSaved, pendingEdits, type SaveEvent, startTrack, trackSave } from './save-state.ts'

const run = (events: readonly SaveEvent[], carried = 0) => events.reduce(trackSave, startTrack(carried))
const opened: SaveEvent = { type: 'opened', isReadOnly: false }
const offer = (edits: number): SaveEvent => ({ type: 'sent', edits, offer: 'whole' })

describe('the saved state', () => {
  it('[P6] is not reached while the SyncStep2 of this connection is unacknowledged', () => {
    const track = run([opened, { type: 'answered' }, offer(0)])
    expect(isSaved(track)).toBe(false)
    expect(isSaved(trackSave(track, { type: 'acknowledged', frames: 1 }))).toBe(true)
  })

  it('[P6] is not reached after a reconnect by nothing sent and nothing acknowledged', () => {
    const track = run([{ type: 'edited' }, opened, { type: 'answered' }])
    expect(isSaved(track)).toBe(false)
    expect(pendingEdits(track)).toBe(1)
  })

  it('[P6] does not count an edit as durable by a frame sent before the offer of this connection', () => {
    const track = run([
      { type: 'edited' },
      opened,
      { type: 'edited' },
      { type: 'sent', edits: 2, offer: 'none' },
      { type: 'acknowledged', frames: 1 },
    ])
    expect(pendingEdits(track)).toBe(2)
  })

  it('waits for every part of an offer that was cut', () => {
    const parts = run([
      { type: 'edited' },
      opened,
      { type: 'answered' },
      { type: 'sent', edits: 1, offer: 'part' },
      offer(1),
    ])
    const half = trackSave(parts, { type: 'acknowledged', frames: 1 })
    expect([isSaved(half), pendingEdits(half)]).toEqual([false, 1])
    const whole = trackSave(half, { type: 'acknowledged', frames: 2 })
    expect([isSaved(whole), pendingEdits(whole)]).toEqual([true, 0])
  })

  it('counts edits of an earlier visit until the server has them', () => {
    expect(pendingEdits(startTrack(7))).toBe(7)
    expect(pendingEdits(run([opened, { type: 'answered' }, offer(7), { type: 'acknowledged', frames: 1 }], 7))).toBe(0)
  })

  it('is reached by a reader as soon as the text is there', () => {
    expect(isSaved(run([{ type: 'opened', isReadOnly: true }, { type: 'answered' }]))).toBe(true)
  })

  /** A model: a server that takes frames in order, acknowledges some, and a link that may break between any two steps. */
  it('[P6] is never shown while the server lacks an edit, whatever the order of edits, frames, acknowledgements and breaks', () => {
    const step = fc.constantFrom('edit', 'flush', 'offer', 'answer', 'acknowledge', 'break', 'open')
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        let track = startTrack(0)
        let queue: { edits: number[]; isOffer: boolean }[] = []
        let inFlight: { edits: number[] }[] = []
        let made = 0
        let acknowledgedFrames = 0
        let offered = false
        const durable = new Set<number>()
        const all = (): number[] => Array.from({ length: made }, (_, i) => i + 1)
        for (const s of steps) {
          if (s === 'edit') {
            made += 1
            track = trackSave(track, { type: 'edited' })
            if (track.isOpen) queue.push({ edits: [made], isOffer: false })
          } else if (s === 'open' && !track.isOpen) {
            track = trackSave(track, opened)
          } else if (s === 'answer' && track.isOpen) {
            track = trackSave(track, { type: 'answered' })
          } else if (s === 'offer' && track.isOpen && !offered) {
            offered = true
            queue.push({ edits: all(), isOffer: true })
          } else if (s === 'flush' && track.isOpen) {
            const frame = queue.shift()
            if (!frame) continue
            inFlight.push(frame)
            track = trackSave(track, {
              type: 'sent',
              edits: Math.max(0, ...frame.edits),
              offer: frame.isOffer ? 'whole' : 'none',
            })
          } else if (s === 'acknowledge' && inFlight.length > 0) {
            for (const edit of inFlight.shift()?.edits ?? []) durable.add(edit)
            acknowledgedFrames += 1
            track = trackSave(track, { type: 'acknowledged', frames: acknowledgedFrames })
          } else if (s === 'break') {
            ;[queue, inFlight, offered, acknowledgedFrames] = [[], [], false, 0]
            track = trackSave(track, { type: 'closed' })
          }
          const missing = all().filter((e) => !durable.has(e)).length
          if (isSaved(track)) expect(missing).toBe(0)
          expect(pendingEdits(track)).toBeGreaterThanOrEqual(missing)
        }
      }),
      { numRuns: 2000 },
    )
  })
})
