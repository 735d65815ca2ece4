/**
 * What is known about the edits of one document. Pure: events in, state out (P6).
 * Edits are counted from 1; `durable` is the newest edit of which the server has said that it is committed.
 */
export interface SaveTrack {
  readonly isOpen: boolean
  readonly isReadOnly: boolean
  /** this connection's SyncStep1 was answered: we have what the server has */
  readonly isAnswered: boolean
  /** our whole SyncStep2 was sent on this connection: the server was offered everything we have */
  readonly hasOffered: boolean
  readonly sentFrames: number
  readonly acknowledgedFrames: number
  /** for each content frame not yet acknowledged, the newest edit that it makes durable */
  readonly covers: readonly number[]
  readonly madeEdits: number
  readonly durableEdits: number
}

export type SaveEvent =
  | { readonly type: 'edited' }
  | { readonly type: 'opened'; readonly isReadOnly: boolean }
  | { readonly type: 'answered' }
  /** a content frame left; `edits` is the newest edit inside, `offer` says what part of a SyncStep2 it is */
  | { readonly type: 'sent'; readonly edits: number; readonly offer: 'none' | 'part' | 'whole' }
  | { readonly type: 'acknowledged'; readonly frames: number }
  | { readonly type: 'closed' }

/** `carriedEdits` are edits of an earlier visit, found in the browser's store. */
export const startTrack = (carriedEdits: number): SaveTrack => ({
  isOpen: false,
  isReadOnly: false,
  isAnswered: false,
  hasOffered: false,
  sentFrames: 0,
  acknowledgedFrames: 0,
  covers: [],
  madeEdits: carriedEdits,
  durableEdits: 0,
})

const sent = (track: SaveTrack, edits: number, offer: 'none' | 'part' | 'whole'): SaveTrack => {
  const hasOffered = track.hasOffered || offer === 'whole'
  // Before the offer is complete, a frame on this connection may stand on edits that the server never got.
  const newest = hasOffered ? edits : track.durableEdits
  return { ...track, hasOffered, sentFrames: track.sentFrames + 1, covers: [...track.covers, newest] }
}

const acknowledged = (track: SaveTrack, frames: number): SaveTrack => {
  const settled = Math.min(frames, track.sentFrames) - track.acknowledgedFrames
  if (settled <= 0) return track
  const durableEdits = Math.max(track.durableEdits, ...track.covers.slice(0, settled))
  return {
    ...track,
    acknowledgedFrames: track.acknowledgedFrames + settled,
    covers: track.covers.slice(settled),
    durableEdits,
  }
}

/** The next state of one document's edits. */
export function trackSave(track: SaveTrack, event: SaveEvent): SaveTrack {
  switch (event.type) {
    case 'edited':
      return { ...track, madeEdits: track.madeEdits + 1 }
    case 'opened':
      return {
        ...startTrack(track.madeEdits),
        durableEdits: track.durableEdits,
        isOpen: true,
        isReadOnly: event.isReadOnly,
      }
    case 'answered':
      return { ...track, isAnswered: true }
    case 'sent':
      return sent(track, event.edits, event.offer)
    case 'acknowledged':
      return acknowledged(track, event.frames)
    case 'closed':
      return { ...startTrack(track.madeEdits), durableEdits: track.durableEdits }
    default:
      return event satisfies never
  }
}

export const pendingEdits = (track: SaveTrack): number => track.madeEdits - track.durableEdits

/**
 * Saved means: this connection's SyncStep1 has been answered, and every content frame sent on it, its
 * SyncStep2 included, is acknowledged. A reader has nothing to offer and is asked for nothing.
 */
export const isSaved = (track: SaveTrack): boolean =>
  track.isOpen &&
  track.isAnswered &&
  pendingEdits(track) === 0 &&
  (track.isReadOnly || (track.hasOffered && track.sentFrames === track.acknowledgedFrames))
