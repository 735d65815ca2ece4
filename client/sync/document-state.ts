import { CLOSE } from '#shared/protocol/close-codes.ts'
import { isSaved, pendingEdits, type SaveTrack } from './save-state.ts'

/** Why a document is closed for good, until somebody acts. */
export type EndReason = 'signed-out' | 'revoked' | 'missing' | 'failed'

/** What a person is told about one document. `edits` are their own, not yet durable. */
export type DocumentState =
  | { readonly status: 'connecting' }
  | { readonly status: 'saved' }
  | { readonly status: 'saving'; readonly edits: number; readonly isSlow: boolean }
  /** `keptEdits` of them are written in this browser; the others would go with the page */
  | { readonly status: 'offline'; readonly edits: number; readonly keptEdits: number }
  | { readonly status: 'read-only' }
  | { readonly status: 'ended'; readonly reason: EndReason; readonly edits: number }

export interface DocumentFacts {
  readonly track: SaveTrack
  readonly keptEdits: number
  readonly end: EndReason | null
  /** the first connection of this visit is still being made */
  readonly isFirst: boolean
  /** edits have waited longer than a person would expect, or the server said that it is overloaded */
  readonly isSlow: boolean
}

/** The sentence's meaning from the facts; the order of the questions is the order of their weight. */
export function describeDocument({ track, keptEdits, end, isFirst, isSlow }: DocumentFacts): DocumentState {
  const edits = pendingEdits(track)
  if (end !== null) return { status: 'ended', reason: end, edits }
  if (!track.isOpen) return isFirst && edits === 0 ? { status: 'connecting' } : { status: 'offline', edits, keptEdits }
  if (track.isReadOnly) return track.isAnswered ? { status: 'read-only' } : { status: 'connecting' }
  if (isSaved(track)) return { status: 'saved' }
  if (isFirst && edits === 0) return { status: 'connecting' }
  return { status: 'saving', edits, isSlow }
}

/** The final close codes that end a document; 4410 and 4422 lead to a fresh start instead. */
export function endReason(code: number): EndReason {
  switch (code) {
    case CLOSE.sessionExpired:
      return 'signed-out'
    case CLOSE.accessRevoked:
      return 'revoked'
    case CLOSE.noSuchDocument:
      return 'missing'
    default:
      return 'failed'
  }
}

/** Would closing the page now leave edits that only this browser has? */
export const hasUnsavedEdits = (state: DocumentState): boolean => {
  switch (state.status) {
    case 'saving':
    case 'offline':
    case 'ended':
      return state.edits > 0
    case 'connecting':
    case 'saved':
    case 'read-only':
      return false
    default:
      return state satisfies never
  }
}
